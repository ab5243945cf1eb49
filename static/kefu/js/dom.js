/**
 * Building pieces of a page. Text is only ever set as text: there is no way to insert HTML here.
 *
 *   $(selector, root)           the first match
 *   h(tag, attributes, ...kids) an element; true sets an empty attribute, null, undefined and false leave it out;
 *                               `onclick` and other functions become event listeners; null kids are left out
 *   rich(text)                  a fragment: the text, with its web addresses as links
 *   icon(name)                  a copy of the drawing in <template id="icon-name"> (rendered by the server)
 *   empty(node)                 removes what is inside
 */
const LINK = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+/g;
const TRAILING = /[.,;:!?)\]}]+$/;

export const $ = (selector, root = document) => root.querySelector(selector);

export function h(tag, attributes = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...kids.filter((kid) => kid !== null && kid !== undefined));
  return node;
}

export function rich(text) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, "");
    out.append(text.slice(at, match.index));
    out.append(h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    at = match.index + address.length;
  }
  out.append(text.slice(at));
  return out;
}

export function icon(name) {
  return document.getElementById(`icon-${name}`).content.firstElementChild.cloneNode(true);
}

export function empty(node) {
  while (node.firstChild) node.firstChild.remove();
  return node;
}

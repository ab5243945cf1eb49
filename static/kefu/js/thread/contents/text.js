/**
 * Content of kind "text" with web addresses in it, as links (contract in ../contents.js).
 *
 *   linksIn(text)               [{ at, address, href }]: those addresses (pure)
 */
import { h } from "../../base/page.js";

/**
 * An address begins like one and goes on with letters, digits and ASCII signs, but without scripts that put no spaces
 * between words: there it is the sentence that goes on. After a comma the next one may begin.
 */
const BEGINS = String.raw`(?:https?:\/\/|www\.)`;
const SENTENCE = String
  .raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef`;
const SIGNS = String.raw`\-._~:\/?#\[\]@!$&()*+,;=%|^{}`;
const LINK = new RegExp(`${BEGINS}(?:(?![,;|]+${BEGINS})(?![${SENTENCE}])[\\p{L}\\p{M}\\p{N}${SIGNS}])+`, "giu");
const BARE = /^www\.[^/?#:]+\.[^/?#:.]{2}/i; // without http it must at least look like a host
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };

/** Without the punctuation of the sentence around it; a bracket belongs to the address that opened it. */
function trimmed(address) {
  for (let end = address.length; end; end--) {
    const sign = address[end - 1], opener = OPENED_BY[sign], inside = address.slice(0, end);
    const isOpen = opener && inside.split(opener).length >= inside.split(sign).length;
    if (isOpen || !(opener || ".,;:!?([{".includes(sign))) return inside;
  }
  return "";
}

export function linksIn(text) {
  const found = [];
  for (const { 0: match, index: at } of text.matchAll(LINK)) {
    const address = trimmed(match), isBare = /^w/i.test(address);
    if (isBare ? /[\w@./-]/.test(text[at - 1] ?? "") || !BARE.test(address) : !/^\w+:\/\/./.test(address)) continue;
    found.push({ at, address, href: isBare ? `https://${address}` : address });
  }
  return found;
}

export function fill(node, { text }) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const { at, address, href } of linksIn(text)) {
    out.append(text.slice(end, at));
    out.append(h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    end = at + address.length;
  }
  out.append(text.slice(end));
  node.replaceChildren(out);
}

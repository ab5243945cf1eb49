/**
 * Content of kind "text" with web addresses and phone numbers in it, as links (contract in ../contents.js).
 *
 *   linksIn(text)               [{ at, address, href }]: those addresses (pure)
 *   phonesIn(text)              the same of phone numbers, as they are written in China
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
const LINK = new RegExp(`${BEGINS}(?:(?![,;|]{1,9}${BEGINS})(?![${SENTENCE}])[\\p{L}\\p{M}\\p{N}${SIGNS}])+`, "giu");
const BARE = /^www\.[^/?#:]+\.[^/?#:.]{2}/i; // without http it must at least look like a host
/** Mobile, with an area code, and those of companies; digits and letters around them belong to something else. */
const PHONE = /(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}|0\d{2,3}-\d{7,8}|[48]00(-?)\d{3}\2\d{4}/g;
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };

/** Without the punctuation of the sentence around it; a bracket belongs to the address that opened it. */
function trimmed(address) {
  const left = {};
  for (const sign of address) left[sign] = (left[sign] || 0) + 1;
  for (let end = address.length; end; end--) {
    const sign = address[end - 1], opener = OPENED_BY[sign], isOpen = opener && left[opener] >= left[sign];
    if (isOpen || !(opener || ".,;:!?([{".includes(sign))) return address.slice(0, end);
    left[sign]--;
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

export function phonesIn(text) {
  const found = [...text.matchAll(PHONE)].map(({ 0: address, index: at }) => ({ at, address }));
  const isAlone = ({ at, address }) =>
    !/[\w.@-]/.test(text[at - 1] ?? "") && !/[\w@]/.test(text[at + address.length] ?? "");
  return found.filter(isAlone).map((one) => ({ ...one, href: `tel:${one.address.replace(/[- ]/g, "")}` }));
}

export function fill(node, { text }) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const { at, address, href } of [...linksIn(text), ...phonesIn(text)].sort((one, other) => one.at - other.at)) {
    if (at < end) continue; // digits within an address
    const outside = href.startsWith("tel:") ? {} : { target: "_blank", rel: "noopener noreferrer nofollow" };
    out.append(text.slice(end, at));
    out.append(h("a", { href, ...outside }, address));
    end = at + address.length;
  }
  out.append(text.slice(end));
  node.replaceChildren(out);
}

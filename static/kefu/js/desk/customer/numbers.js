/**
 * Numbers that the customer wrote, to be copied with a click: phones, orders, parcels, e-mail addresses.
 *
 *   numbersIn(text)              [number], as they stand there without spaces (pure)
 *   install(desk)                after the panel
 */
import { $, h, icon } from "../../base/page.js";

/** From where the word begins, and not longer than any is: a visitor may write 4,000 letters without an end. */
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
/** Eight digits or more, with letters before, between and behind: 13800138000, 138 0013 8000, SF1234567890, JD-2026-11300001. */
const NUMBER = /(?<![\w@./=-])(?:[A-Za-z]{1,6}-?)?\d(?:[ -]?[A-Za-z]{0,2}\d){6,31}(?![\w@])/g;
const MIN_DIGITS = 8, AT_MOST = 6;

export function numbersIn(text) {
  const words = text.normalize("NFKC"), emails = words.match(EMAIL) ?? [];
  const numbers = (words.replace(EMAIL, " ").match(NUMBER) ?? []).map((one) => one.replace(/ /g, ""));
  return [...emails, ...numbers.filter((one) => one.replace(/\D/g, "").length >= MIN_DIGITS)];
}

export function install(desk) {
  const { t, transcripts } = desk;
  let isDrawn = true;

  function draw() {
    const part = $("#customer-numbers"), messages = transcripts.known(desk.current)?.messages;
    isDrawn = !part || Boolean(messages);
    if (!part || !messages) return;
    const written = messages.filter(({ from, kind, recalled }) => from === "customer" && kind === "text" && !recalled);
    const numbers = [...new Set(written.reverse().flatMap(({ text }) => numbersIn(text)))].slice(0, AT_MOST);
    part.hidden = !numbers.length;
    $("ul", part).replaceChildren(...numbers.map(line));
  }

  function line(number) {
    const label = t("copy_named", { what: number });
    const copy = h("button", { type: "button", class: "number", title: label, onclick: () => desk.copy(number) });
    copy.append(h("span", { class: "numeric" }, number), icon("copy"));
    return h("li", {}, copy);
  }

  desk.on("customer.drawn", draw);
  desk.on("message", ({ conversation }) => conversation === desk.current && draw());
  desk.second(() => isDrawn || draw());
}

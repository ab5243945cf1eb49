/**
 * Copies words. On plain HTTP there is no clipboard, but what is selected can be copied.
 *
 *   install(desk)                 desk.copy(words, said)   → Promise; tells whether it was copied: `said`, or that it could not
 */
import { h } from "../../base/page.js";

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return copiedBySelecting(words);
  }
}

function copiedBySelecting(words) {
  const before = document.activeElement, field = h("textarea", { class: "sr-only", readonly: true });
  field.value = words;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}

export function install(desk) {
  const { t, toast } = desk;
  desk.copy = async (words, said = t("copied")) =>
    await copied(words) ? toast(said) : toast(t("not_copied"), { bad: true });
}

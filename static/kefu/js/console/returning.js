/**
 * Keeps, beside what was typed into a form, which version of its object the form showed. Who goes back to a page, or loads it
 * again, finds what was typed, which the browser brings back, upon what is saved by then: without the version that was
 * shown it would be saved over what others saved meanwhile, who would not be told of it. Kept in the history's state.
 *
 *   keepShown(form)        something was typed into it
 *   watchReturns(isOurs)   from now on; of the forms that are ours
 */
import { nameOf } from "./forms.js";

const KEPT = "shown";
const HIDDEN = "input[type=hidden]:not([name=csrfmiddlewaretoken])";

const hidden = (form) => [...form.querySelectorAll(HIDDEN)];

export function keepShown(form) {
  const kept = history.state?.[KEPT] ?? {},
    now = Object.fromEntries(hidden(form).map(({ name, value }) => [name, value]));
  if (JSON.stringify(kept[nameOf(form)]) === JSON.stringify(now)) return;
  history.replaceState({ ...history.state, [KEPT]: { ...kept, [nameOf(form)]: now } }, "");
}

/** Whether the control says something else than the server drew. */
function isFilledAgain(control) {
  const { type, checked, defaultChecked, value, defaultValue } = control;
  if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
  if (control.options) return isChosenAgain([...control.options], control.selectedIndex);
  return defaultValue !== undefined && value !== defaultValue;
}

function isChosenAgain(options, index) {
  if (options.some(({ defaultSelected }) => defaultSelected)) {
    return options.some(({ selected, defaultSelected }) => selected !== defaultSelected);
  }
  return index > 0;
}

function bringBack(form) {
  const kept = history.state?.[KEPT]?.[nameOf(form)];
  if (!kept || ![...form.elements].some(isFilledAgain)) return;
  for (const field of hidden(form)) field.value = kept[field.name] ?? field.value;
}

export function watchReturns(isOurs) {
  addEventListener("pageshow", () => [...document.forms].filter(isOurs).forEach(bringBack));
}

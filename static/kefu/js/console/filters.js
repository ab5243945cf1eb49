/**
 * A list's filter bar (templates/parts/_filters.html), which htmx sends on change: holds back what is not a value yet.
 *
 *   watchFilters()     from now on
 *   chipAfterwards()   the chip to go on at after one was taken away; null where there is nothing to go on at
 *
 * The letters that an input method shows on the way to a word are not searched for; nor is a date that is half typed, and
 * if something else is changed meanwhile, the list keeps the day that its address has. What is clicked in a list whose next
 * filter is on its way (a head, a page) would bring back the filter before: it is done in the list that comes.
 */
import { $ } from "../base/page.js";

let clicked = ""; // the id of what was clicked meanwhile
let taken = -1; // the place of the chip that was taken away, until the list is there

const half = (field) => field.type === "date" && !field.validity.valid;

function changed(event) {
  const { target } = event;
  if (target.closest(".filters") && (event.isComposing || half(target))) event.stopPropagation();
}

function composed({ target }) {
  if (target.closest(".filters")) target.dispatchEvent(new Event("input", { bubbles: true }));
}

const filters = (element) => element.matches("form.filters");

function sent({ detail: { elt, parameters } }) {
  if (!filters(elt)) return;
  const shown = new URLSearchParams(location.search);
  for (const { name } of [...elt.elements].filter(half)) {
    if (shown.has(name)) parameters[name] = shown.get(name);
    else delete parameters[name];
  }
}

/** Before htmx lets the new request take the place of the one that is on its way. */
function asked(event) {
  const { elt } = event.detail;
  if (!elt.matches(".list [hx-push-url]") || !$("form.filters.htmx-request")) return;
  event.preventDefault();
  clicked = elt.id;
}

function answered({ detail: { elt, successful } }) {
  if (!filters(elt) || !successful) return;
  const id = clicked;
  clicked = "";
  document.getElementById(id)?.click();
}

/** As the chip's address, but the page stays, with everything that is typed in it. */
function takenAway(event) {
  const chip = event.target.closest("[data-clears]"), form = chip && $("form.filters");
  if (!form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = form.elements[chip.dataset.clears];
  if (field.type === "checkbox") field.checked = false;
  else field.value = "";
  taken = chips().indexOf(chip);
  form.requestSubmit();
}

const chips = () => [...document.querySelectorAll(".filter-chips .chip")];

export function chipAfterwards() {
  const left = taken < 0 ? [] : chips(), place = Math.min(taken, left.length - 1);
  taken = -1;
  return left[place] ?? null;
}

export function watchFilters() {
  document.addEventListener("input", changed, true);
  document.addEventListener("compositionend", composed);
  document.addEventListener("click", takenAway);
  document.body.addEventListener("htmx:confirm", asked);
  document.body.addEventListener("htmx:configRequest", sent);
  document.body.addEventListener("htmx:afterRequest", answered);
}

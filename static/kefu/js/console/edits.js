/**
 * Notes which of the console's forms are edited and asks before an unsent one is left.
 *
 *   watchEdits()           from now on
 *   forgetEdits(form)      it was sent, or given up on purpose
 *   noteEdits(form)        it came back unsaved
 *   editedWithin(element)  whether a form in there is edited
 *
 * Forms are known by id or address, because htmx puts new elements in their place. Filters are no input, nor are ticks.
 */
import { isPost } from "./forms.js";

const WATCHED = "#content, #dialog";
const edited = new Set();

const name = (form) => form.id || form.getAttribute("action") || "";
const watched = (form) => isPost(form) && !form.matches(".bulk-bar") && form.closest(WATCHED);

export function noteEdits(form) {
  if (watched(form)) edited.add(name(form));
}

export function forgetEdits(form) {
  edited.delete(name(form));
}

const formsWithin = (element) => [...element.querySelectorAll("form")];

export function editedWithin(element) {
  return formsWithin(element).some((form) => edited.has(name(form)));
}

function typed({ target }) {
  if (target.form) noteEdits(target.form);
}

/** "Cancel" is an answer already; a button that adds a row is an edit. */
function clicked({ target }) {
  const givenUp = target.closest("form :is(.form-actions, .dialog-actions) a");
  if (givenUp && !givenUp.closest("dialog")) forgetEdits(givenUp.closest("form"));
  const row = target.closest("form button[hx-post]");
  if (row) noteEdits(row.form);
}

export function watchEdits() {
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("click", clicked, true);
  document.addEventListener("close", ({ target }) => formsWithin(target).forEach(forgetEdits), true);
  document.body.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (!successful && elt.matches("form")) noteEdits(elt);
  });
  // What came back with errors is shown as it was typed, but nowhere saved.
  for (const form of document.forms) if (form.querySelector("[role=alert]")) noteEdits(form);
  addEventListener("beforeunload", (event) => {
    if (edited.size > 0) event.preventDefault();
  });
}

/**
 * Notes which of the console's forms are edited and asks before an unsent one is left.
 *
 *   watchEdits()           from now on
 *   forgetEdits(form)      it was sent, or given up on purpose
 *   noteEdits(form)        it came back unsaved
 *   editedWithin(element)  whether a form in there is edited
 *
 * Filters are no input, nor are ticks.
 */
import { isPost, nameOf } from "./forms.js";
import { keepShown, watchReturns } from "./returning.js";

const WATCHED = "#content, #dialog";
const edited = new Set();

const watched = (form) => isPost(form) && !form.matches(".bulk-bar") && form.closest(WATCHED);

export function noteEdits(form) {
  if (watched(form)) edited.add(nameOf(form));
}

export function forgetEdits(form) {
  edited.delete(nameOf(form));
}

const formsWithin = (element) => [...element.querySelectorAll("form")];

export function editedWithin(element) {
  return formsWithin(element).some((form) => edited.has(nameOf(form)));
}

function typed({ target }) {
  if (!target.form) return;
  noteEdits(target.form);
  if (watched(target.form)) keepShown(target.form);
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
  watchReturns(watched);
  addEventListener("beforeunload", (event) => {
    if (edited.size > 0) event.preventDefault();
  });
}

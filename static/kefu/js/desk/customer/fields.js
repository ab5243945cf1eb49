/**
 * Edits what is noted of the customer in its place: a value that is clicked becomes a field, which is saved when it is
 * left or with Enter, a choice with the pointer at once; Esc puts back what stood there. What somebody else changed meanwhile
 * is shown beside one's own.
 *
 *   install(desk)                after the panel
 */
import { $, composes, storable } from "../../base/page.js";

const valuesOf = (form) =>
  Object.fromEntries([...form.querySelectorAll("[name]")].map((one) => [one.name, storable(one.value)]));
const isSame = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

export function install(desk) {
  const { customer, t } = desk, box = $("#customer");
  const open = new Map(); // form → { place, form, conversation, field, seen, isSaving }: the one in use, others being saved
  let edited = null, isByKey = false; // the arrows pass by choices that are not meant

  function begin(place) {
    const form = $(".noted-form", place);
    if (edited?.form === form) return;
    leave();
    $(".noted-value", place).hidden = true;
    form.hidden = false;
    const conversation = $(".customer", box).dataset.of;
    edited = open.get(form) ??
      { place, form, conversation, field: place.dataset.field, seen: valuesOf(form), isSaving: false };
    open.set(form, edited);
    customer.hold(true);
    const first = $("[name]", form);
    first.focus();
    first.select?.();
  }

  function end(edit, { focus = false } = {}) {
    if (edited === edit) edited = null;
    edit.form.hidden = true;
    const value = $(".noted-value", edit.place);
    value.hidden = false;
    if (focus) value.focus();
    open.delete(edit.form);
    customer.hold(open.size > 0);
  }

  function putBack(edit) {
    const theirs = $(".noted-theirs", edit.form);
    for (const input of edit.form.querySelectorAll("[name]")) input.value = edit.seen[input.name];
    complain(edit, "");
    if (!theirs.hidden) customer.refresh();
    theirs.hidden = true;
    end(edit, { focus: true });
  }

  function complain({ form }, text) {
    const error = $(".field-error", form);
    error.textContent = text;
    error.hidden = !text;
    for (const input of form.querySelectorAll("[name]")) input.setAttribute("aria-invalid", String(Boolean(text)));
  }

  async function save(edit, { focus = false } = {}) {
    const values = valuesOf(edit.form);
    if (edit.isSaving) return;
    if (isSame(values, edit.seen)) return end(edit, { focus });
    edit.isSaving = true;
    try {
      const { conversation, field, seen } = edit;
      const answer = await desk.ask({ t: "customer.change", conversation, field, seen, values });
      if (answer.theirs) conflict(edit, answer.theirs, values, answer.customer?.hidden?.includes(field));
      else saved(edit, focus);
    } catch (refusal) {
      refused(edit, refusal, values);
    } finally {
      edit.isSaving = false;
    }
  }

  function saved(edit, focus) {
    if (!open.has(edit.form)) return;
    complain(edit, "");
    end(edit, { focus: focus || edit.form.contains(document.activeElement) });
    customer.refresh();
  }

  /** Who went to another conversation meanwhile is told with the words, so that nothing is lost. */
  function refused(edit, { text }, values) {
    const why = text || t("not_done");
    if (open.has(edit.form)) complain(edit, why);
    else desk.toast(t("not_noted", { why, value: said(values) }), { bad: true });
  }

  const said = (values) => Object.values(values).filter(Boolean).join(" · ") || "–";

  /** Who sees theirs masked cannot replace it, before it was shown. */
  function conflict(edit, { by, values: theirs }, mine, isMasked = false) {
    const text = t("noted_by_other", { by: by || t("somebody"), theirs: said(theirs), mine: said(mine) });
    if (!open.has(edit.form)) return desk.toast(text, { bad: true });
    complain(edit, "");
    edit.seen = theirs;
    const box = $(".noted-theirs", edit.form);
    $("p", box).textContent = text;
    box.hidden = false;
    $("[data-keep='mine']", box).hidden = isMasked;
    $(`[data-keep='${isMasked ? "theirs" : "mine"}']`, box).focus();
  }

  /** Before the next field, or another conversation, is shown. */
  function leave(edit = edited) {
    if (edit && $(".noted-theirs", edit.form).hidden) save(edit);
  }

  const editAt = (node) => open.get(node?.closest?.(".noted-form"));

  function keep(edit, isMine) {
    if (!isMine) return putBack(edit);
    $(".noted-theirs", edit.form).hidden = true;
    save(edit, { focus: true });
  }

  box.addEventListener("click", ({ target }) => {
    const value = target.closest(".noted-value"), choice = target.closest("[data-keep]");
    if (value) begin(value.closest("[data-field]"));
    else if (choice) keep(editAt(choice), choice.dataset.keep === "mine");
  });

  box.addEventListener("pointerdown", () => (isByKey = false));
  box.addEventListener("keydown", (event) => {
    isByKey = true;
    const edit = editAt(event.target);
    if (!edit || composes(event) || event.target.closest("[data-keep]")) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      putBack(edit);
    } else if (event.key === "Enter" && (!event.target.matches("textarea") || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save(edit, { focus: true });
    }
  });

  box.addEventListener("submit", (event) => event.target.matches(".noted-form") && event.preventDefault());
  box.addEventListener("focusin", ({ target }) => edited = editAt(target) ?? edited);
  box.addEventListener("focusout", ({ target, relatedTarget }) => {
    const edit = editAt(target);
    if (edit && edit !== editAt(relatedTarget)) leave(edit);
  });
  box.addEventListener("change", ({ target }) => {
    if (target.matches(".noted-form select") && !isByKey) save(editAt(target), { focus: true });
  });
  desk.on("opened", () => {
    leave();
    edited = null;
    open.clear();
  });
}

/**
 * The dialog that hands a conversation to a colleague, with a note.
 *
 *   install(desk)                 its button, its key and its dialog
 *   desk.transfer.open(id)        with a colleague chosen already
 *   rank(colleagues)              who comes first: those who can take it, the least busy before the others (pure)
 */
import { $, composes } from "../../base/page.js";
import { statusText } from "../frame/status.js";

const ORDER = { online: 0, busy: 1, away: 2, offline: 3 };
const placeOf = ({ status }) => ORDER[status] ?? ORDER.away; // what a newer server says is not offline

export function rank(colleagues) {
  return [...colleagues].sort((one, other) =>
    placeOf(one) - placeOf(other) ||
    one.load / one.cap - other.load / other.cap ||
    (one.number < other.number ? -1 : 1)
  );
}

export function matches({ name, number }, query) {
  const wanted = query.trim().toLowerCase();
  return !wanted || name.toLowerCase().includes(wanted) || number.toLowerCase().includes(wanted);
}

/** Whether one more conversation goes above the colleague's limit. */
export const isFull = (colleague) => Boolean(colleague) && colleague.load >= colleague.cap;

export function install(desk) {
  const { model, t, team, toast } = desk, button = $("#transfer-button");
  const dialog = $("#transfer-dialog"), list = $("#colleagues"), find = $("#transfer-find");
  const note = $("#transfer-note"),
    submit = $("#transfer-submit"),
    error = $("#transfer-error"),
    above = $("#transfer-above");
  const template = $("#colleague-template");
  let conversation = null, chosen = null, busy = false;

  function item(colleague) {
    const node = template.content.firstElementChild.cloneNode(true), radio = $("input", node);
    const away = colleague.status === "offline";
    radio.value = colleague.id;
    radio.disabled = away;
    radio.checked = colleague.id === chosen && !away;
    $(".dot", node).dataset.status = colleague.status;
    $(".colleague-name", node).textContent = colleague.name;
    $(".colleague-state", node).textContent = colleague.status === "away" && colleague.reason
      ? colleague.reason
      : statusText(colleague.status, t);
    $(".colleague-load", node).textContent = `${colleague.load}/${colleague.cap}`;
    return node;
  }

  function show() {
    if (!dialog.open) return;
    const found = rank(model.colleagues()).filter((colleague) => matches(colleague, find.value));
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    list.replaceChildren(...found.map(item));
    if (focused) list.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
    $("#transfer-nobody").hidden = found.some((colleague) => colleague.status !== "offline");
    refresh();
  }

  function refresh() {
    submit.disabled = busy || !list.querySelector("input:checked");
    warn(model.colleagues().find(({ id }) => id === chosen));
  }

  /** Handing over may go above the limit; whoever does it knows. */
  function warn(colleague) {
    const full = isFull(colleague);
    above.hidden = !full;
    if (full) $("span", above).textContent = t("transfer_above", colleague);
  }

  function fail(text) {
    error.hidden = !text;
    $("span", error).textContent = text;
  }

  list.addEventListener("change", (event) => {
    chosen = event.target.value;
    refresh();
  });
  find.addEventListener("input", show);
  find.addEventListener("keydown", (event) => {
    if (composes(event)) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault(); // Enter in the search must not send the conversation away
      list.querySelector("input:enabled")?.focus();
    }
  });
  $("#transfer-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    busy = true;
    fail("");
    refresh();
    try {
      await desk.ask({ t: "conversation.transfer", conversation, to: chosen, note: note.value.trim() });
      toast(t("transferred"));
      dialog.close();
    } catch (refusal) {
      fail(refusal.text || t("transfer_failed"));
    } finally {
      busy = false;
      refresh();
    }
  });

  function open(to = null) {
    conversation = desk.current;
    chosen = to;
    find.value = note.value = "";
    fail("");
    dialog.showModal();
    show();
    team.look();
    (to ? note : find).focus();
  }

  team.isLookedAt(() => dialog.open);
  button.addEventListener("click", () => open());
  desk.key("transfer", () => button.hidden ? false : open());
  desk.changes(({ colleagues }) => colleagues && show());
  desk.transfer = { open };
  /** Somebody else took it away while the dialog was open. */
  desk.on("lost", (row) => row.conversation === conversation && !row.mine && dialog.open && dialog.close());
}

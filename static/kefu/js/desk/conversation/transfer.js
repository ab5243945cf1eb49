/**
 * The dialog that hands a conversation, or several, to a colleague or a group, with a note.
 *
 *   install(desk)                 its button, its key and its dialog
 *   desk.transfer.open(id)        with a colleague chosen already
 *   desk.transfer.several(conversations, after)   after(): they were handed over; those that stay are listed with why
 *   rank(colleagues)              who comes first: those who can take it, the least busy before the others (pure)
 */
import { $, composes } from "../../base/page.js";
import { statusText } from "../frame/status.js";
import { createReport } from "../report.js";

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

/** Whether so many conversations more go above the colleague's limit. */
export const isFull = (colleague, more = 1) => Boolean(colleague) && colleague.load + more > colleague.cap;

/** A group as it stands in the list: how many of it are there, and for how many conversations they have room. */
export function roomOf({ id, name, agents }, colleagues) {
  const there = colleagues.filter((one) => one.status === "online" && agents.includes(one.id));
  const room = there.reduce((sum, { load, cap }) => sum + Math.max(0, cap - load), 0);
  return { id, name, there: there.length, room };
}

/** What stands in the list of a colleague, and of a group. */
function personIn({ id, name, status, reason, load, cap }, t) {
  const state = status === "away" && reason ? reason : statusText(status, t);
  return { id, name, status, state, load: `${load}/${cap}`, disabled: status === "offline" };
}

function groupIn({ id, name, there, room }, t) {
  const status = there ? "online" : "offline";
  return { id, name, status, state: t("group_room", { there, room }), load: "", disabled: !room };
}

export function install(desk) {
  const { model, t, team, toast } = desk, button = $("#transfer-button");
  const dialog = $("#transfer-dialog"), list = $("#colleagues"), find = $("#transfer-find");
  const note = $("#transfer-note"), submit = $("#transfer-submit"), error = $("#transfer-error");
  const above = $("#transfer-above"), kinds = $("#transfer-kinds"), template = $("#colleague-template");
  const report = createReport($("#report-dialog"));
  let conversations = [], groups = [], kind = "people", chosen = null, busy = false, drawn = "", done = () => {};

  function item({ id, name, status, state, load, disabled }) {
    const node = template.content.firstElementChild.cloneNode(true), radio = $("input", node);
    radio.value = id;
    radio.disabled = disabled;
    radio.checked = id === chosen && !disabled;
    $(".dot", node).dataset.status = status;
    $(".colleague-name", node).textContent = name;
    $(".colleague-state", node).textContent = state;
    $(".colleague-load", node).textContent = load;
    return node;
  }

  const LISTED = {
    people: () => rank(model.colleagues()).filter((one) => matches(one, find.value)).map((one) => personIn(one, t)),
    groups: () => groups.map((one) => groupIn(roomOf(one, model.colleagues()), t)),
  };

  /** What stands there already stays: a press that has begun would be lost with its row. */
  function draw(found) {
    const drawing = JSON.stringify(found);
    if (drawing === drawn) return;
    drawn = drawing;
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    list.replaceChildren(...found.map(item));
    if (focused) list.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  function show() {
    if (!dialog.open) return;
    const found = LISTED[kind]();
    draw(found);
    $("#transfer-nobody").hidden = found.some(({ disabled }) => !disabled);
    kinds.hidden = !groups.length;
    find.hidden = kind === "groups";
    for (const each of kinds.children) each.setAttribute("aria-pressed", String(each.dataset.kind === kind));
    refresh();
  }

  function refresh() {
    submit.disabled = busy || !list.querySelector("input:checked");
    warn(model.colleagues().find(({ id }) => id === chosen));
  }

  /** Handing over may go above the limit; whoever does it knows. */
  function warn(colleague) {
    const full = isFull(colleague, conversations.length);
    above.hidden = !full;
    const text = conversations.length > 1 ? "transfer_above_many" : "transfer_above";
    if (full) $("span", above).textContent = t(text, colleague);
  }

  function fail(text) {
    error.hidden = !text;
    $("span", error).textContent = text;
  }

  async function sendOne(to) {
    await desk.ask({ t: "conversation.transfer", conversation: conversations[0], ...to });
    toast(t("transferred"));
  }

  async function sendSeveral(to) {
    const names = new Map(conversations.map((id) => [id, model.row(id)?.customer.name ?? ""]));
    const { refused } = await desk.ask({ t: "conversations.transfer", conversations, ...to });
    const went = conversations.length - refused.length;
    if (went) toast(t("transferred_many", { n: went }));
    if (!refused.length) return;
    const left = refused.map(({ conversation, text }) => ({ name: names.get(conversation), text }));
    report(t("not_transferred", { n: left.length }), left);
  }

  function choose(radio) {
    radio.checked = true;
    chosen = radio.value;
    refresh();
  }

  list.addEventListener("change", ({ target }) => choose(target));
  find.addEventListener("input", show);
  find.addEventListener("keydown", (event) => {
    if (composes(event)) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault(); // Enter in the search must not send the conversation away; a second one does
      const able = list.querySelectorAll("input:enabled"), [first] = able;
      if (event.key === "Enter" && able.length === 1) choose(first);
      first?.focus();
    }
  });
  kinds.addEventListener("click", ({ target }) => {
    if (!target.dataset.kind) return;
    [kind, chosen, drawn] = [target.dataset.kind, null, ""];
    show();
  });
  $("#transfer-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    busy = true;
    fail("");
    refresh();
    try {
      const to = { to: chosen, note: note.value.trim() };
      await (conversations.length > 1 ? sendSeveral(to) : sendOne(to));
      dialog.close();
      done();
    } catch (refusal) {
      fail(refusal.text || t("transfer_failed"));
    } finally {
      busy = false;
      refresh();
    }
  });

  /** Without an answer there are colleagues only. */
  async function learnGroups() {
    try {
      ({ groups } = await team.ask());
      show();
    } catch (failure) {
      console.info("the groups of colleagues did not come", failure);
    }
  }

  function open(to = null, ids = [desk.current], after = () => {}) {
    [conversations, chosen, kind, done] = [ids, to, "people", after];
    find.value = note.value = drawn = "";
    fail("");
    $("#transfer-title").textContent = t(ids.length > 1 ? "transfer_many" : "transfer_one", { n: ids.length });
    dialog.showModal();
    show();
    learnGroups();
    (to ? note : find).focus();
  }

  team.isLookedAt(() => dialog.open);
  button.addEventListener("click", () => open());
  desk.key("transfer", () => button.hidden ? false : open());
  desk.changes(({ colleagues }) => colleagues && show());
  desk.transfer = { open, several: (ids, after) => open(null, ids, after) };
  /** Somebody else took it away while the dialog was open; of several, the answer says so. */
  desk.on("lost", ({ conversation, mine }) => {
    if (!mine && conversations.length === 1 && conversations[0] === conversation && dialog.open) dialog.close();
  });
}

/**
 * Draws the open conversation: head, messages, and the notice in place of the input where nothing can be sent.
 *
 *   install(desk)                 after transcripts, outbox, endings, receipts and typists
 *   desk.pane.end()               to the end of the messages
 *   desk.pane.showMessage(conversation, n)   → Promise: a message of the customer's time line, marked for a moment
 *   desk.pane.showSince(time)     → Promise<whether there is one>: the first message of that time or later
 *   desk.pane.thread, log         thread/thread.js and its box, for the other modules of this folder
 */
import { $, everyMidnight, h } from "../../base/page.js";
import { createThread } from "../../thread/thread.js";
import { showDays } from "./days.js";
import { createDress } from "./dress.js";
import { createHead } from "./head.js";
import { lineText, readOnlyText } from "./lines.js";
import { createTimeline } from "./timeline.js";
import { createUnread } from "./unread.js";

const SKELETON_AFTER = 300;

/** When the customer last wrote, as far as this desk knows. */
function lastOf(rows, { conversation, last }) {
  const isTheirs = ({ message }) => message?.from === "customer" && message.conversation === conversation;
  return rows.findLast(isTheirs)?.message.at ?? (last?.from === "customer" ? last.at : null);
}

/** Who types there at the moment, and what, where the company has it shown. */
function showTyping({ current: id, model, t, typists }) {
  const name = typists.has(id) && (typists.name(id) || model.row(id)?.customer.name);
  const unsent = name ? typists.text(id) : "";
  $("#typing").hidden = !name;
  $("#typing-text").textContent = name ? t(unsent ? "typing_unsent" : "typing_named", { name }) : "";
  $("#unsent").hidden = !unsent;
  $("#unsent-text").textContent = unsent;
}

export function install(desk) {
  const { model, clock, config, t, formats, transcripts, outbox, endings, receipts } = desk;
  const log = h("div", { class: "log", id: "log", role: "log", tabindex: 0, "aria-label": t("messages") });
  const head = createHead({ t, locale: config.locale, when: desk.when });
  let could = false, loaded = Promise.resolve();
  $("#logs").append(log);

  const thread = createThread({
    box: log,
    me: "agent",
    contents: config.contents,
    recalls: config.recalls,
    t,
    formats,
    now: clock.now,
    dress: createDress({ desk }),
    author(message) {
      if (message.from === "system") return t("automatic");
      if (message.note) return `${t("note")} · ${message.name || model.me.name}`;
      return message.from === "agent" && message.author !== model.me.id ? message.name : "";
    },
    fetchOlder: (first) => timeline.older(first),
    onRead: ({ conversation, n }) => model.row(conversation)?.mine && receipts.read(conversation, n),
    onRetry: outbox.retry,
    onDrop(cid) {
      outbox.drop(cid);
      thread.remove(cid);
    },
    onRecall: ({ conversation, n }) => desk.command({ t: "message.recall", conversation, n }),
    mayRecall: (message) => message.author === model.me.id,
    mayRetry: () => desk.canWrite(desk.current), // by whoever holds the conversation, and by nobody else
  });
  everyMidnight(thread.newDay);
  const timeline = createTimeline({
    desk,
    thread,
    log,
    line,
    home: () => load(desk.current),
    onOlder: () => unread.show(),
  });
  const unread = createUnread({ thread, log, t, button: $("#unread-button"), jump: timeline.showUnread });
  showDays({ log, thread, formats, mark: $("#day-now") });

  const isOpen = (id) => id === desk.current;

  function line(what) {
    const text = lineText(what, t);
    if (text) thread.line({ ...what, text });
  }

  async function open(id) {
    $("#pane-empty").hidden = id !== null;
    $("#pane-body").hidden = id === null;
    document.body.dataset.view = id === null ? "list" : "pane";
    timeline.open();
    unread.open(model.row(id));
    state(null);
    if (id === null) return $("#pane").removeAttribute("aria-label");
    show();
    await (loaded = load(id));
  }

  async function load(id) {
    const waiting = setTimeout(() => isOpen(id) && state("loading"), SKELETON_AFTER);
    try {
      const page = await transcripts.load(id);
      if (!isOpen(id)) return;
      state(null);
      timeline.show(id, page);
      unread.show();
      outbox.pending(id).forEach(thread.pending);
      receipt(model.row(id));
      thread.end();
      show();
    } catch {
      if (isOpen(id)) state("failed");
    } finally {
      clearTimeout(waiting);
    }
  }

  /** Loading and failure stand beside the log and not in it: they are no messages. */
  function state(name) {
    $("#log-loading").hidden = name !== "loading";
    $("#log-failed").hidden = name !== "failed";
  }
  function again() {
    if ($("#log-failed").hidden || desk.current === null) return;
    state(null);
    load(desk.current);
  }
  $("#log-retry").addEventListener("click", again);

  function show() {
    const row = model.row(desk.current), can = desk.canWrite(desk.current);
    if (row) head.show(row, lastOf(thread.list.rows, row));
    receipt(row);
    showTyping(desk);
    if (can !== could) thread.repaintUnsent();
    could = can;
    const isEnding = endings.has(desk.current);
    for (const node of document.querySelectorAll("[data-writes]")) node.hidden = !can || isEnding;
    $("#end-bar").hidden = !isEnding;
    const text = readOnlyText(row, { t, formats, when: desk.when, now: clock.now() });
    $("#read-only").hidden = !text;
    $("#read-only-text").textContent = text;
    tick();
  }

  function tick() {
    head.tick(model.row(desk.current), clock.now());
    if (!endings.has(desk.current)) return;
    const left = endings.secondsLeft(desk.current);
    $("#end-text").textContent = left ? t("ends_in", { n: left }) : t("ending");
    $("#end-undo").hidden = !left;
  }

  function receipt(row) {
    if (row) thread.cursors(row.conversation, { delivered: row.delivered, read: row.read });
  }

  function message(one) {
    if (isOpen(one.conversation)) timeline.message(one);
  }

  function unsent(item) {
    if (item.status === "sent") item.message && message(item.message);
    else if (isOpen(item.conversation) && !timeline.isAway()) thread.pending(item);
  }

  desk.on("opened", open);
  desk.on("online", again);
  desk.on("message", message);
  desk.on("line", (what) => isOpen(what.conversation) && !timeline.isAway() && line(what));
  desk.on("unsent", unsent);
  desk.on("marked", (id) => isOpen(id) && show());
  /** Read anew, by its new holder. */
  desk.on("got", ({ conversation }, { isAsked }) => !isAsked && isOpen(conversation) && desk.open(conversation));
  desk.changes(({ rows, all }) => desk.current !== null && (all || rows.has(desk.current)) && show());
  desk.second(() => desk.current !== null && tick());
  desk.panel($("#logs"), () => log.focus(), () => desk.current !== null);
  const showMessage = (id, n) => loaded.then(() => timeline.showMessage(id, n)); // else the newest would join a jump's
  desk.pane = { end: thread.end, showMessage, showSince: timeline.showSince, thread, log };
}

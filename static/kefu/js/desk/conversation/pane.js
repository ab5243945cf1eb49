/**
 * The open conversation: its head, its messages, and what stands in the place of the input when nothing can be sent.
 *
 *   const pane = createPane({ model, clock, t, locale, formats, transcripts, outbox, endings, receipts, reply,
 *     onRecall(message) });
 *   pane.open(id | null), pane.show() after its row changed, pane.tick(), pane.current
 *   pane.again()                  loads what could not be loaded
 *   pane.message(message), pane.line(line), pane.pending(item), pane.receipt(row), pane.typing(name | "")
 */
import { $, everyMidnight, h } from "../../base/page.js";
import { createThread } from "../../thread/thread.js";
import { waited, waitingLevel } from "../alerts/clock.js";
import { endText, lineText } from "./lines.js";
import { channelIcon } from "../lists/row.js";

const SKELETON_AFTER = 300;

export function createPane(options) {
  const { model, clock, t, formats, transcripts, endings, receipts, reply } = options;
  const log = h("div", { class: "log", id: "log", role: "log", tabindex: 0, "aria-label": t("messages") });
  let current = null, channelKind = "", could = false;
  $("#logs").append(log);

  const thread = createThread({
    box: log,
    me: "agent",
    t,
    formats,
    now: clock.now,
    author(message) {
      if (message.note) return `${t("note")} · ${message.name || model.me.name}`;
      return message.from === "agent" && message.author !== model.me.id ? message.name : "";
    },
    fetchOlder,
    onRead: ({ conversation, n }) => receipts.read(conversation, n),
    onRetry: (cid) => options.outbox.retry(cid),
    onDrop(cid) {
      options.outbox.drop(cid);
      thread.remove(cid);
    },
    onRecall: options.onRecall,
    mayRecall: (message) => message.author === model.me.id,
    mayRetry: canWrite,
  });
  everyMidnight(thread.newDay);

  /** What failed to be sent can be sent by whoever holds the conversation, and by nobody else. */
  function canWrite() {
    const row = model.row(current);
    return Boolean(row?.mine) && row.state === "active";
  }

  async function fetchOlder(first) {
    const id = current, page = await transcripts.older(id, first?.n ?? null);
    if (id !== current) throw new Error("another conversation was opened meanwhile");
    setTimeout(() => id === current && page.lines.forEach(line));
    return page;
  }

  function line(what) {
    const text = lineText(what, t);
    if (text) thread.line({ ...what, text });
  }

  async function open(id) {
    current = id;
    $("#pane-empty").hidden = id !== null;
    $("#pane-body").hidden = id === null;
    document.body.dataset.view = id === null ? "list" : "pane";
    thread.clear();
    typing("");
    reply.open(id);
    state(null);
    if (id === null) return $("#pane").removeAttribute("aria-label");
    show();
    await load(id);
  }

  async function load(id) {
    const waiting = setTimeout(() => id === current && state("loading"), SKELETON_AFTER);
    try {
      const { messages, lines, more } = await transcripts.load(id);
      if (id !== current) return;
      state(null);
      thread.load(messages, more);
      lines.forEach(line);
      options.outbox.pending(id).forEach((item) => thread.pending(item));
      receipt(model.row(id));
      thread.end();
    } catch {
      if (id === current) state("failed");
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
    if ($("#log-failed").hidden || current === null) return;
    state(null);
    load(current);
  }
  $("#log-retry").addEventListener("click", again);

  /** What became of it later is not told to this desk, so the sentence says what will stay true. */
  const takenOver = (row) =>
    t("read_only_other", { name: row.agent?.name ?? "", time: formats.clock(row.assigned_at ?? clock.now()) });

  function readOnlyText(row) {
    if (!row) return t("read_only_gone");
    if (row.state === "ended") {
      const cause = endText({ cause: row.end_reason, name: row.agent?.name }, t);
      return row.ended_at ? `${cause} · ${formats.dateTime(row.ended_at)}` : cause;
    }
    if (row.state === "queued") return t("read_only_queued");
    return row.mine ? "" : takenOver(row);
  }

  function show() {
    const row = model.row(current), can = canWrite();
    if (row) head(row);
    if (can !== could) thread.repaintUnsent();
    could = can;
    const isEnding = endings.has(current);
    $("#transfer-button").hidden = $("#end-button").hidden = !can || isEnding;
    $("#end-bar").hidden = !isEnding;
    const text = readOnlyText(row);
    $("#read-only").hidden = !text;
    $("#read-only-text").textContent = text;
    reply.show(can && !isEnding, row?.customer.name ?? "");
    tick();
  }

  function head(row) {
    $("#pane-name").textContent = row.customer.name;
    $("#pane").setAttribute("aria-label", t("conversation_with", { name: row.customer.name }));
    const chip = $("#pane-channel"), kind = `${row.channel.kind} ${row.channel.name}`;
    if (channelKind === kind) return;
    channelKind = kind;
    chip.replaceChildren(channelIcon(row.channel.kind), row.channel.name);
  }

  function tick() {
    const row = model.row(current), chip = $("#pane-waiting");
    const since = row?.state === "active" && row.mine ? row.waiting_since : null;
    chip.hidden = since == null;
    if (since != null) {
      chip.dataset.level = waitingLevel(since, clock.now());
      $("#pane-waiting-time").textContent = waited(clock.now() - since, options.locale);
    }
    if (!endings.has(current)) return;
    const left = endings.secondsLeft(current);
    $("#end-text").textContent = left ? t("ends_in", { n: left }) : t("ending");
    $("#end-undo").hidden = !left;
  }

  function receipt(row) {
    if (row?.conversation === current) thread.cursors(current, { delivered: row.delivered, read: row.read });
  }

  function typing(text) {
    $("#typing").hidden = !text;
    $("#typing-text").textContent = text;
  }

  return {
    open,
    again,
    show,
    tick,
    receipt,
    typing: (name) => typing(name ? t("typing_named", { name }) : ""),
    message: (message) => message.conversation === current && thread.upsert(message),
    line: (what) => what.conversation === current && line(what),
    pending(item) {
      if (item.conversation === current) thread.pending(item);
    },
    end: () => thread.end(),
    focusLog: () => log.focus(),
    get current() {
      return current;
    },
  };
}

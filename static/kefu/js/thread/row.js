/**
 * One row of a thread as it stands in the page: a message, or a line about what happened.
 *
 *   createPainter({ …options of createThread(), onGrown }) → {
 *     paint(row),                       // anew, where it is in the page
 *     decorate(row, before),            // what depends on the row before it: the day, and whether the two are one group
 *     isMine(row),
 *     reach(rows, conversation, { delivered, read }),   // how far the other side has received and read
 *     useStored(row),                   // what was uploaded is at the server now
 *     letGo(row),                       // of the file that it holds
 *     clear()
 *   }
 *   onGrown()                           // a row became higher, some time after it was painted
 *
 * A row is { place, message | line, node?, body?, local? }; local: the address of a chosen file, while it is held.
 */
import { empty, h, icon } from "../base/page.js";
import { createContents } from "./contents.js";

const GROUP_WITHIN = 180_000;
const RECALL_WITHIN = 120_000;

export function createPainter(options) {
  const { me, t, formats, author, dress, onRetry, onDrop, onRecall } = options;
  const { now = Date.now, mayRetry = () => true, mayRecall = () => true, recalls = [] } = options;
  const { contentOf, useStored, letGo } = createContents(options);
  const reached = new Map(); // conversation → { delivered, read }

  const isMine = (row) => Boolean(row.message) && row.message.from === me;
  const time = (row) => (row.message || row.line).at;

  function paint(row) {
    const { node, line, message } = row;
    if (!node) return;
    if (line) {
      node.className = "message line";
      return fill(node, line.node || h("p", {}, line.text));
    }
    const mine = isMine(row);
    const flags = { mine, system: message.from === "system", note: message.note, recalled: message.recalled };
    flags[message.status] = message.status;
    const grouped = node.classList.contains("grouped");
    node.className = ["message", ...Object.keys(flags).filter((name) => flags[name])].join(" ");
    node.classList.toggle("grouped", grouped);
    const name = author(message);
    fill(
      node,
      name ? h("span", { class: "author" }, name) : null,
      h("div", { class: "bubble" }, bodyOf(row)),
      metaOf(row, mine),
    );
    if (dress) dress(row);
  }

  /** New content; the day over it stays. */
  function fill(node, ...kids) {
    const day = node.querySelector(".day");
    empty(node).append(...[day, ...kids].filter(Boolean));
  }

  /** The body is kept while only states change, so that a picture does not flicker. */
  function bodyOf(row) {
    const { text, recalled, file, kind, content } = row.message;
    const signature = JSON.stringify([text || "", Boolean(recalled), file && file.name, kind, content]);
    if (row.signature !== signature) {
      row.signature = signature;
      row.body = recalled ? h("p", { class: "gone" }, t("recalled")) : contentOf(row.message);
    }
    return row.body;
  }

  function metaOf(row, mine) {
    const { message } = row;
    const meta = h("div", { class: "meta" });
    if (message.progress < 1) {
      meta.append(h("progress", { max: 1, value: message.progress, "aria-label": t("uploading") }));
    }
    if (!message.n && message.progress !== undefined) meta.append(act("cancel", () => onDrop(message.cid)));
    if (mine && recallable(row)) meta.append(act("recall", () => onRecall(message)));
    if (message.status === "failed") {
      if (message.error) meta.append(h("span", { class: "why" }, message.error));
      if (!message.hopeless && mayRetry()) meta.append(act("retry", () => onRetry(message.cid)));
      meta.append(act("delete", () => onDrop(message.cid)));
    }
    const at = new Date(message.at);
    meta.append(h("time", { datetime: at.toISOString(), title: formats.dateTime(at) }, formats.clock(at)));
    if (mine && !message.recalled && !message.note) meta.append(stateOf(message));
    return meta;
  }

  const act = (name, onclick) => h("button", { type: "button", class: name, onclick }, t(name));

  /** One timer a row, however often it is painted. */
  function recallable(row) {
    const { message } = row;
    if (!message.n || message.recalled || !recalls.includes(message.kind) || !mayRecall(message)) return false;
    const left = message.at + RECALL_WITHIN - now();
    if (left <= 0) return false;
    row.fading ||= setTimeout(() => {
      row.fading = 0;
      paint(row);
    }, left + 50);
    return true;
  }

  function stateOf(message) {
    const { delivered = 0, read = 0 } = reached.get(message.conversation) || {};
    const state = message.status || (message.n <= read ? "read" : message.n <= delivered ? "delivered" : "sent");
    const drawing = { sending: "queued", delivered: "read" }[state] || state;
    // Not announced again each time it changes; the label is for those who come to it.
    return h(
      "span",
      { class: `state ${state}`, "aria-live": "off" },
      icon(`state-${drawing}`),
      h("span", {}, t(state)),
    );
  }

  function decorate(row, before) {
    const newDay = !before || !formats.sameDay(time(before), time(row));
    const day = row.node.querySelector(".day");
    if (day) day.remove();
    if (newDay) row.node.prepend(h("div", { class: "day" }, formats.day(time(row))));
    const one = before && before.message;
    const other = row.message;
    const grouped = one && other && !newDay && one.from === other.from && one.name === other.name &&
      Boolean(one.note) === Boolean(other.note) && other.at - one.at < GROUP_WITHIN;
    row.node.classList.toggle("grouped", Boolean(grouped));
  }

  function reach(rows, conversation, { delivered, read }) {
    const known = reached.get(conversation) || { delivered: 0, read: 0 };
    const next = {
      delivered: Math.max(known.delivered, delivered || 0, read || 0),
      read: Math.max(known.read, read || 0),
    };
    if (next.delivered === known.delivered && next.read === known.read) return;
    reached.set(conversation, next);
    rows.forEach((row) => {
      const { n } = row.message || {};
      if (!isMine(row) || row.message.conversation !== conversation) return;
      if ((n > known.read && n <= next.read) || (n > known.delivered && n <= next.delivered)) paint(row);
    });
  }

  return { paint, decorate, isMine, reach, useStored, letGo, clear: () => reached.clear() };
}

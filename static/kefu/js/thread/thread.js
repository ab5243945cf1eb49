/**
 * The list of messages: ordered, at most 400 nodes in the page, paging in both directions.
 *
 *   createThread({
 *     box,                              // scrolling element, role="log"; the "new messages" pill is put after it
 *     me,                               // "customer" | "agent": whose messages stand on the right
 *     t, formats,                       // createTexts(), createFormats()
 *     fetchOlder(first),                // → Promise<{ messages (oldest first), more }>; first: { conversation, n } | null
 *     isLooking: () => true,            // is the reader looking? default: page visible and focused
 *     onRead({ conversation, n }),      // the end was seen: n is the last message of the newest conversation
 *     onRetry(cid), onDrop(cid),        // of own unsent messages (drop: delete a failed one, cancel an upload)
 *     onRecall({ conversation, n }),    // the button shows for 2 minutes
 *     mayRecall: (message) => true,     // of those on the right: did this reader write it?
 *     now: Date.now,                    // the server's clock
 *     author: (message) => string,      // shown over the first message of a group
 *     mayRetry: () => true,             // may what failed be sent again here? Asked at each painting
 *     contents,                         // kind → address of the module that shows it (contents.js)
 *     recalls,                          // the kinds that can be taken back
 *     dress: (row) => {},               // what a page adds to a message that was painted: row.node, row.message
 *   }) → {
 *     load(messages, more),             // the first page, or the next after the newest, oldest first
 *     upsert(message),                  // stored message of the protocol; keeps place, replaces an equal one
 *     pending(item),                    // an item of the outbox that is not confirmed yet
 *     remove(cid),                      // of an unsent item
 *     line({ conversation, after, seq, at, text | node }),   // what happened between the messages, after message n
 *     cursors(conversation, { delivered, read }),     // how far the other side has received and read
 *     last(conversation?),              // { conversation, n } of the last stored message, or null
 *     find(conversation, n),            // stored message; row(conversation, n): as it stands in the page (row.js)
 *     older(),                          // as when the reader has scrolled to the top
 *     list,                             // rows, top, bottom … see createList(), and paging.js. list.away: the newest
 *                                       // messages are not in it; back() shows them again, newer() adds the next page
 *     newDay(),                         // after midnight: yesterday is called so
 *     repaintUnsent(),                  // after mayRetry() changed its mind
 *     end(), atEnd(), clear(), checkRead()
 *     hold(on),                         // what is looked at stays in view, wherever the end comes to be
 *   }
 *
 * Texts used: queued sending sent delivered read failed recalled retry delete cancel recall new_messages
 * uploading. Icons used: state-queued state-sent state-read state-failed.
 * Classes: article.message (.mine .note .line .grouped .recalled .failed), .day .author .bubble .meta .state .actions.
 *
 * Order: conversations as they came (older pages before, new ones after), inside by number; what is unsent comes last.
 */
import { empty, h, insist } from "../base/page.js";
import { createPainter } from "./row.js";

const UNSENT = Number.MAX_SAFE_INTEGER;

/** Compares two places: [rank of the conversation, number, order within the number]. */
export function compare(one, other) {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** Where `place` belongs in a sorted list of rows: searched from the end, because most rows are new. */
export function position(rows, place) {
  let at = rows.length;
  while (at > 0 && compare(rows[at - 1].place, place) > 0) at--;
  return at;
}

let paging; // a promise of the module
const getPaging = () => paging ||= insist(new URL("./paging.js", import.meta.url));

/** Rows in order, of which rows[top … bottom - 1] are in the page. */
function createList(box, { paint, decorate }) {
  const list = { box, rows: [], top: 0, bottom: 0, most: 400, step: 50, more: false };

  /** Finds the day over the row, and its group. */
  list.decorate = (at) => {
    const row = list.rows[at];
    if (row && row.node) decorate(row, at > list.top ? list.rows[at - 1] : null);
  };

  list.mount = (at) => {
    const row = list.rows[at], next = list.rows[at + 1];
    row.node = h("article");
    box.insertBefore(row.node, (next && next.node) || null);
    paint(row);
    list.decorate(at);
    list.decorate(at + 1);
  };

  list.unmount = (at) => {
    const row = list.rows[at];
    row.node.remove();
    row.node = null;
  };

  list.placeOf = (row) => position(list.rows, row.place);

  list.insert = (row) => {
    const { rows, top, bottom } = list, at = list.placeOf(row);
    rows.splice(at, 0, row);
    if (at < top) {
      list.top++;
      list.bottom++;
    } else if (at < bottom || (at === bottom && bottom === rows.length - 1)) {
      list.mount(at);
      list.bottom++;
    }
  };

  list.take = (row) => {
    const at = list.rows.indexOf(row);
    if (row.node) list.unmount(at);
    list.rows.splice(at, 1);
    if (at < list.top) list.top--;
    if (at < list.bottom) list.bottom--;
    list.decorate(at);
  };

  /** Whether it has to leave where it is. */
  list.move = (row, place) => {
    const { rows } = list, at = rows.indexOf(row);
    const fits = (other, sign) => !other || sign * compare(other.place, place) > 0;
    if (fits(rows[at - 1], -1) && fits(rows[at + 1], 1)) {
      row.place = place;
      paint(row);
      list.decorate(at);
      return false;
    }
    list.take(row);
    row.place = place;
    list.insert(row);
    return true;
  };

  list.shown = () => list.rows.slice(list.top, list.bottom);

  const isStored = ({ message }) => message && message.n;
  list.first = () => (list.rows.find(isStored) || { message: null }).message;
  list.last = (conversation) => {
    for (let at = list.rows.length - 1; at >= 0; at--) {
      const { message } = list.rows[at];
      if (isStored(list.rows[at]) && (!conversation || message.conversation === conversation)) return message;
    }
    return null;
  };
  return list;
}

/** The end of the list: whether the reader is there and stays there, and what was read. */
function createReader(list, { t, isLooking, onRead, onTop }) {
  const { box } = list;
  let unseen = 0;
  let pinned = 0;
  let stuck = true; // at the end, and staying there
  let held = false;
  let height = 0; // of the box, as last told
  let lastRead = "";
  const pill = h("button", { type: "button", class: "pill", hidden: true, onclick: () => toEnd() });
  box.after(pill);

  const below = () => box.scrollHeight - box.scrollTop - box.clientHeight;
  const isWhole = () => list.bottom === list.rows.length && !list.away;

  function toEnd() {
    if (list.away) return list.away.back();
    if (!isWhole()) {
      while (list.top < list.bottom) list.unmount(list.top++);
      list.top = list.bottom = Math.max(0, list.rows.length - 2 * list.step);
      while (!isWhole()) list.mount(list.bottom++);
    }
    stuck = true;
    held = false;
    pin(3);
    seen();
  }

  /** For some frames: messages that were never shown get their true height only when they come into view. */
  function pin(times) {
    cancelAnimationFrame(pinned);
    pinned = 0;
    box.scrollTop = box.scrollHeight;
    if (times > 1) pinned = requestAnimationFrame(() => pin(times - 1));
  }

  function hold(on) {
    cancelAnimationFrame(pinned);
    pinned = 0;
    stuck = false;
    held = on;
  }

  function seen() {
    unseen = 0;
    pill.hidden = true;
    checkRead();
  }

  function checkRead() {
    if (!stuck || !isWhole() || !isLooking()) return;
    const { conversation, n } = list.last() || {};
    if (!n || `${conversation}:${n}` === lastRead) return;
    lastRead = `${conversation}:${n}`;
    onRead({ conversation, n });
  }

  /** A message came, of this reader or of somebody else. */
  function arrived(isMine) {
    if (stuck || isMine) {
      if (list.bottom - list.top > list.most) getPaging().then(({ trim }) => trim(list));
      return toEnd();
    }
    unseen++;
    pill.hidden = false;
    pill.textContent = t("new_messages", { count: unseen });
  }

  const stay = () => stuck && !list.away && toEnd();

  box.addEventListener("scroll", () => {
    // A box that has just become lower is told to have been scrolled before it is told to be lower.
    stuck = Boolean(pinned) || (!held && isWhole() && below() < 48) || (stuck && box.clientHeight !== height);
    if (stuck) seen();
    else if (!isWhole() && below() < 300) getPaging().then(({ showNewer }) => showNewer(list));
    if (box.scrollTop < 200) onTop();
  }, { passive: true });
  // The composer grows, the keyboard opens, a picture arrives: who was at the end stays there.
  const resized = new ResizeObserver(() => {
    height = box.clientHeight;
    stay();
  });
  resized.observe(box);
  box.addEventListener("load", stay, true);
  [[window, "focus"], [document, "visibilitychange"]].forEach(([target, name]) => {
    target.addEventListener(name, checkRead);
  });

  return {
    toEnd,
    stay,
    arrived,
    checkRead,
    isAtEnd: () => stuck,
    hold,
    clear() {
      hold(false);
      unseen = 0;
      stuck = !list.away;
      lastRead = "";
      pill.hidden = true;
    },
  };
}

/** What is known, by whatever name it comes. */
function createIndex() {
  const rows = new Map(); // "conversation:n" | "cid" | "conversation line seq" → row
  const ranks = new Map(); // conversation → rank
  const key = ({ conversation, n }) => `${conversation}:${n}`;

  function rank(conversation, older) {
    if (!ranks.has(conversation)) {
      const known = [...ranks.values()];
      ranks.set(conversation, older ? Math.min(0, ...known) - 1 : Math.max(0, ...known) + 1);
    }
    return ranks.get(conversation);
  }

  return {
    rows,
    key,
    find: (message) => rows.get(key(message)) || (message.cid && rows.get(message.cid)),
    placeOf: ({ conversation, n }, older) => [rank(conversation, older), n, 0],
    placeOfLine: ({ conversation, after, seq }) => [rank(conversation), after, seq],
    remember(message, place) {
      const row = { message, place };
      if (message.n) rows.set(key(message), row);
      if (message.cid) rows.set(message.cid, row);
      return row;
    },
    clear() {
      rows.clear();
      ranks.clear();
    },
  };
}

/** What is known of an unsent message before the server knows it. Of an upload that outlived its page, its name is left. */
function localContent({ body, file }, known) {
  const { kind = "text", text, name, content = {} } = body;
  if (!file) return name ? { kind: "text", text: text || name, content } : { kind, text, content };
  if (known) return { kind, content, file: known.message.file };
  return { kind, content, file: { url: URL.createObjectURL(file), name: file.name, size: file.size } };
}

export function createThread(options) {
  const { box, me, t, fetchOlder, onRead } = options;
  const isLooking = options.isLooking || (() => !document.hidden && document.hasFocus());
  const painter = createPainter({ ...options, onGrown: () => reader.stay() });
  const { paint, isMine, letGo } = painter;
  const list = createList(box, painter);
  const index = createIndex();
  const reader = createReader(list, { t, isLooking, onRead, onTop: older });
  let coming = null; // older messages
  let counter = 0;

  /** Once at a time, however often somebody scrolls. */
  function older() {
    if (list.top || list.more) coming ||= getPaging().then(bring).finally(() => (coming = null));
  }

  const bring = ({ showOlder }) => showOlder(list, { fetchOlder, keep });

  /** Of an older page: `hide` knows it as data only, to be shown later. */
  const keep = (message, hide) => store(message, true, (_, place) => hide(index.remember(message, place)));

  /** A message of the history. An own one may stand here as unsent, because its answer was lost. */
  function store(message, older, put) {
    const place = index.placeOf(message, older);
    const known = index.find(message);
    if (!known) put(message, place);
    else if (!known.message.n) update(known, message);
  }

  function add(message, place) {
    const row = index.remember(message, place);
    list.insert(row);
    return row;
  }

  function upsert(message) {
    const known = index.find(message);
    if (known) return update(known, message);
    reader.arrived(isMine(add(message, index.placeOf(message))));
  }

  function update(row, message) {
    const wasUnsent = !row.message.n;
    row.message = message;
    index.rows.set(index.key(message), row);
    if (!wasUnsent) return paint(row);
    painter.useStored(row);
    // It got its number, and takes its place among the others.
    if (list.move(row, index.placeOf(message))) reader.stay();
  }

  function pending(item) {
    const known = index.rows.get(item.cid);
    if (known && known.message.n) return;
    const { cid, at, status, progress, error, hopeless, body } = item;
    const state = { status, progress, error, hopeless };
    const message = { cid, at, from: me, ...state, note: body.note, ...localContent(item, known) };
    if (!known) {
      const row = add(message, [UNSENT, 0, ++counter]);
      if (item.file) row.local = message.file.url;
      return reader.arrived(true);
    }
    known.message = message;
    const bar = known.node && known.node.querySelector("progress");
    if (bar && progress < 1) bar.value = progress;
    else paint(known);
  }

  function line(what) {
    const name = `${what.conversation} line ${what.seq}`;
    const known = index.rows.get(name);
    if (known) {
      known.line = what;
      return paint(known);
    }
    const row = { line: what, place: index.placeOfLine(what) };
    index.rows.set(name, row);
    list.insert(row);
    reader.stay();
  }

  function remove(cid) {
    const row = index.rows.get(cid);
    if (!row || row.message.n) return;
    index.rows.delete(cid);
    letGo(row);
    list.take(row);
  }

  function clear() {
    for (const row of list.rows) {
      clearTimeout(row.fading);
      letGo(row);
    }
    empty(box);
    list.rows = [];
    list.top = list.bottom = 0;
    [index, painter, reader].forEach((one) => one.clear());
    list.more = false;
  }

  return {
    list,
    older,
    load(messages, more = list.more) {
      list.more = more;
      box.setAttribute("aria-busy", "true");
      messages.forEach((message) => store(message, false, add));
      box.removeAttribute("aria-busy");
      if (!list.away) reader.toEnd();
      if (box.scrollHeight - box.clientHeight < 200) older(); // nothing to scroll: no scroll event would ask
    },
    upsert,
    pending,
    remove,
    line,
    cursors: (conversation, reached) => painter.reach(list.shown(), conversation, reached),
    last: list.last,
    row: (conversation, n) => index.rows.get(`${conversation}:${n}`),
    find: (conversation, n) => (index.rows.get(`${conversation}:${n}`) || {}).message || null,
    newDay() {
      for (let at = list.top; at < list.bottom; at++) list.decorate(at);
    },
    repaintUnsent: () => list.rows.filter((row) => row.message && !row.message.n).forEach(paint),
    end: reader.toEnd,
    hold: reader.hold,
    atEnd: reader.isAtEnd,
    clear,
    checkRead: reader.checkRead,
  };
}

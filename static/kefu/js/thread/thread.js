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
 *   }) → {
 *     load(messages, more),             // the first page, oldest first, after clear()
 *     upsert(message),                  // stored message of the protocol; keeps place, replaces an equal one
 *     pending(item),                    // an item of the outbox that is not confirmed yet
 *     remove(cid),                      // of an unsent item
 *     line({ conversation, after, seq, at, text }),   // what happened between the messages, after message n
 *     cursors(conversation, { delivered, read }),     // how far the other side has received and read
 *     last(conversation?),              // { conversation, n } of the last stored message, or null
 *     find(conversation, n),            // stored message
 *     newDay(),                         // after midnight: yesterday is called so
 *     repaintUnsent(),                  // after mayRetry() changed its mind
 *     end(), atEnd(), clear(), checkRead()
 *   }
 *
 * Texts used: queued sending sent delivered read failed recalled retry delete cancel recall new_messages
 * image uploading. Icons used: state-queued state-sent state-read state-failed file.
 * Classes: article.message (.mine .note .line .grouped .recalled .failed), .day .author .bubble .meta .state .actions.
 *
 * Order: conversations as they came (older pages before, new ones after), inside by number; what is unsent comes last.
 */
import { empty, h, icon, insist } from "../base/page.js";

const MOST = 400;
const STEP = 50;
const GROUP_WITHIN = 180_000;
const RECALL_WITHIN = 120_000;
const ADDRESS = /https?:|www\./i; // links.js looks closer
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

let attachments = null; // the module

export function createThread(options) {
  const { box, me, t, formats, author, fetchOlder, onRead, onRetry, onDrop, onRecall } = options;
  const { now = Date.now, mayRetry = () => true, mayRecall = () => true } = options;
  const isLooking = options.isLooking || (() => !document.hidden && document.hasFocus());
  let rows = []; // sorted; { place, message | line, node?, picture? }
  let top = 0; // rows[top … bottom - 1] are in the page
  let bottom = 0;
  let byKey = new Map(); // "conversation:n" | "cid" | "conversation line seq" → row
  let ranks = new Map(); // conversation → rank
  let reached = new Map(); // conversation → { delivered, read }
  let more = false;
  let loading = false;
  let unseen = 0;
  let counter = 0;
  let pinned = 0;
  let stuck = true; // at the end, and staying there
  let height = 0; // of the box, as last told
  let lastRead = "";

  const pill = h("button", { type: "button", class: "pill", hidden: true, onclick: () => end() });
  box.after(pill);

  const key = (message) => `${message.conversation}:${message.n}`;
  const isMine = (row) => Boolean(row.message) && row.message.from === me;

  function rank(conversation, older) {
    if (!ranks.has(conversation)) {
      const known = [...ranks.values()];
      ranks.set(conversation, older ? Math.min(0, ...known) - 1 : Math.max(0, ...known) + 1);
    }
    return ranks.get(conversation);
  }

  // --- rows into the page -------------------------------------------------------------------------------------

  function insert(row) {
    const at = position(rows, row.place);
    rows.splice(at, 0, row);
    if (at < top) {
      top++;
      bottom++;
    } else if (at < bottom || (at === bottom && bottom === rows.length - 1)) {
      mount(row, at);
      bottom++;
    }
  }

  function mount(row, at) {
    row.node = h("article");
    const next = rows[at + 1];
    box.insertBefore(row.node, (next && next.node) || null);
    paint(row);
    decorate(at);
    decorate(at + 1);
  }

  function unmount(row) {
    row.node.remove();
    row.node = null;
  }

  function take(row) {
    const at = rows.indexOf(row);
    rows.splice(at, 1);
    if (at < top) top--;
    if (at < bottom) bottom--;
    if (row.node) unmount(row);
    decorate(at);
  }

  /** Keeps what the reader looks at where it is while nodes come and go around it. */
  function keepPlace(change) {
    const line = box.getBoundingClientRect().top;
    const anchor = rows.slice(top, bottom).find((row) => row.node.getBoundingClientRect().bottom > line);
    const before = anchor && anchor.node.getBoundingClientRect().top;
    box.setAttribute("aria-busy", "true"); // older messages are not news
    change();
    if (anchor && anchor.node) box.scrollTop += anchor.node.getBoundingClientRect().top - before;
    box.removeAttribute("aria-busy");
  }

  function trimTop() {
    if (bottom - top <= MOST) return;
    keepPlace(() => {
      while (bottom - top > MOST - STEP) unmount(rows[top++]);
      decorate(top);
    });
  }

  function showOlder() {
    const from = Math.max(0, top - STEP);
    while (top > from) mount(rows[top - 1], --top);
    while (bottom - top > MOST) unmount(rows[--bottom]);
  }

  function showNewer() {
    const to = Math.min(rows.length, bottom + STEP);
    while (bottom < to) mount(rows[bottom], bottom++);
    trimTop();
  }

  async function older() {
    if (loading) return;
    if (top > 0) return keepPlace(showOlder);
    if (!more) return;
    loading = true;
    try {
      const page = await fetchOlder(first());
      more = page.more;
      addOlder(page.messages);
      keepPlace(showOlder);
    } catch {
      more = true; // no connection: the next scroll to the top asks again
    } finally {
      loading = false;
    }
  }

  /** Known as data only; showOlder() brings them into the page. */
  function addOlder(messages) {
    for (let at = messages.length - 1; at >= 0; at--) {
      store(messages[at], true, (message, place) => hide(remember(message, place)));
    }
  }

  /** A message of the history. An own one may stand here as unsent, because its answer was lost. */
  function store(message, older, put) {
    const place = [rank(message.conversation, older), message.n, 0];
    const known = knownAs(message);
    if (!known) put(message, place);
    else if (!known.message.n) update(known, message);
  }

  function hide(row) {
    const at = position(rows, row.place);
    if (at > top) return insert(row);
    rows.splice(at, 0, row);
    top++;
    bottom++;
  }

  function remember(message, place) {
    const row = { message, place };
    if (message.n) byKey.set(key(message), row);
    if (message.cid) byKey.set(message.cid, row);
    return row;
  }

  function add(message, place) {
    const row = remember(message, place);
    insert(row);
    return row;
  }

  // --- one row ------------------------------------------------------------------------------------------------

  function paint(row) {
    if (!row.node) return;
    if (row.line) return paintLine(row);
    const { message } = row;
    const mine = isMine(row);
    const flags = { mine, system: message.from === "system", note: message.note, recalled: message.recalled };
    flags[message.status] = message.status;
    const grouped = row.node.classList.contains("grouped");
    row.node.className = ["message", ...Object.keys(flags).filter((name) => flags[name])].join(" ");
    row.node.classList.toggle("grouped", grouped);
    const body = bodyOf(row);
    fill(
      row.node,
      ...authorOf(message),
      h("div", { class: "bubble" }, body),
      metaOf(row, mine),
    );
  }

  function paintLine({ node, line }) {
    node.className = "message line";
    fill(node, h("p", {}, line.text));
  }

  /** New content; the day over it stays. */
  function fill(node, ...kids) {
    const day = node.querySelector(".day");
    empty(node).append(...(day ? [day] : []), ...kids);
  }

  function authorOf(message) {
    const name = author(message);
    return name ? [h("span", { class: "author" }, name)] : [];
  }

  /** The body is kept while only states change, so that a picture does not flicker. */
  function bodyOf(row) {
    const { message } = row;
    const signature = JSON.stringify([
      message.text || "",
      Boolean(message.recalled),
      message.file && message.file.name,
      message.kind,
    ]);
    if (row.signature !== signature) {
      row.signature = signature;
      row.body = message.recalled ? h("p", { class: "gone" }, t("recalled")) : contentOf(message);
    }
    return row.body;
  }

  function contentOf({ kind, file, text }) {
    if (kind === "text" || !file) {
      const paragraph = h("p", { dir: "auto" }, text);
      if (ADDRESS.test(text)) addLinks(paragraph, text);
      return paragraph;
    }
    const isImage = kind === "image", href = { href: file.url, target: "_blank", rel: "noopener" };
    const link = h(
      "a",
      { ...href, class: isImage ? "picture" : "file", download: isImage ? null : file.name },
      file.name,
    );
    withAttachments(({ fillIn }) => fillIn(link, file, { kind, size: formats.size, name: t("image"), onSized: stay }));
    return link;
  }

  async function addLinks(paragraph, text) {
    const { rich } = await insist(new URL("./links.js", import.meta.url));
    paragraph.replaceChildren(rich(text));
  }

  /** At once where the module is there, so that nothing jumps. */
  function withAttachments(work) {
    if (attachments) return work(attachments);
    insist(new URL("./attachments.js", import.meta.url)).then((module) => {
      work(attachments = module);
      stay();
    });
  }

  const stay = () => stuck && end();

  /** The browser holds a chosen file in memory until its address is given back. */
  function letGo(row) {
    if (row.local) URL.revokeObjectURL(row.local);
    row.local = null;
  }

  function useStored(row) {
    const { file } = row.message, link = row.body;
    if (!row.local || !file || !link) return letGo(row);
    withAttachments(({ swap }) => swap(link, file, () => letGo(row)));
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
    const time = new Date(message.at);
    meta.append(h("time", { datetime: time.toISOString(), title: formats.dateTime(time) }, formats.clock(time)));
    if (mine && !message.recalled && !message.note) meta.append(stateOf(message));
    return meta;
  }

  const act = (name, onclick) => h("button", { type: "button", class: name, onclick }, t(name));

  /** One timer a row, however often it is painted. */
  function recallable(row) {
    const { message } = row;
    if (!message.n || message.recalled || !mayRecall(message)) return false;
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

  /** What depends on the row before: the day, and whether the two are one group. */
  function decorate(at) {
    const row = rows[at];
    if (!row || !row.node) return;
    const before = at > top ? rows[at - 1] : null;
    const time = (one) => (one.message || one.line).at;
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

  // --- the end of the list ------------------------------------------------------------------------------------

  const nearEnd = () => bottom === rows.length && box.scrollHeight - box.scrollTop - box.clientHeight < 48;

  function end() {
    if (bottom < rows.length) {
      rows.slice(top, bottom).forEach(unmount);
      top = bottom = Math.max(0, rows.length - 2 * STEP);
      while (bottom < rows.length) mount(rows[bottom], bottom++);
    }
    stuck = true;
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

  function seen() {
    unseen = 0;
    pill.hidden = true;
    checkRead();
  }

  function checkRead() {
    if (!stuck || bottom < rows.length || !isLooking()) return;
    const stored = last();
    if (!stored || key(stored) === lastRead) return;
    lastRead = key(stored);
    onRead(stored);
  }

  function arrived(row) {
    if (stuck || isMine(row)) {
      trimTop();
      end();
    } else if (row.message) {
      unseen++;
      pill.hidden = false;
      pill.textContent = t("new_messages", { count: unseen });
    }
  }

  box.addEventListener("scroll", () => {
    // A box that has just become lower is told to have been scrolled before it is told to be lower.
    stuck = Boolean(pinned) || nearEnd() || (stuck && box.clientHeight !== height);
    if (stuck) seen();
    else if (bottom < rows.length && box.scrollHeight - box.scrollTop - box.clientHeight < 300) showNewer();
    if (box.scrollTop < 200) older();
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

  // --- what others call ---------------------------------------------------------------------------------------

  const knownAs = (message) => byKey.get(key(message)) || (message.cid && byKey.get(message.cid));

  function upsert(message) {
    const known = knownAs(message);
    if (known) update(known, message);
    else arrived(add(message, [rank(message.conversation), message.n, 0]));
  }

  function update(row, message) {
    const wasUnsent = !row.message.n;
    row.message = message;
    byKey.set(key(message), row);
    if (!wasUnsent) return paint(row);
    useStored(row);
    settle(row);
  }

  /** An own message got its number: it takes its place among the others. */
  function settle(row) {
    const place = [rank(row.message.conversation), row.message.n, 0];
    const at = rows.indexOf(row);
    const fits = (other, sign) => !other || sign * compare(other.place, place) > 0;
    if (fits(rows[at - 1], -1) && fits(rows[at + 1], 1)) {
      row.place = place;
      paint(row);
      return decorate(at);
    }
    take(row);
    row.place = place;
    insert(row);
    stay();
  }

  function pending(item) {
    const known = byKey.get(item.cid);
    if (known && known.message.n) return;
    const { cid, at, status, progress, error, hopeless, body } = item;
    const state = { status, progress, error, hopeless };
    const message = { cid, at, from: me, ...state, note: body.note, ...localContent(item, known) };
    if (!known) {
      const row = add(message, [UNSENT, 0, ++counter]);
      if (item.file) row.local = message.file.url;
      return arrived(row);
    }
    known.message = message;
    const bar = known.node && known.node.querySelector("progress");
    if (bar && progress < 1) bar.value = progress;
    else paint(known);
  }

  function localContent({ body, file }, known) {
    const kind = body.kind || "text";
    if (!file) return { kind: "text", text: body.text || body.name || "" };
    if (known) return { kind, file: known.message.file };
    return { kind, file: { url: URL.createObjectURL(file), name: file.name, size: file.size } };
  }

  function line(what) {
    const name = `${what.conversation} line ${what.seq}`;
    const known = byKey.get(name);
    if (known) {
      known.line = what;
      return paint(known);
    }
    const row = { line: what, place: [rank(what.conversation), what.after, what.seq] };
    byKey.set(name, row);
    insert(row);
    stay();
  }

  function cursors(conversation, { delivered, read }) {
    const known = reached.get(conversation) || { delivered: 0, read: 0 };
    const next = {
      delivered: Math.max(known.delivered, delivered || 0, read || 0),
      read: Math.max(known.read, read || 0),
    };
    if (next.delivered === known.delivered && next.read === known.read) return;
    reached.set(conversation, next);
    rows.slice(top, bottom).forEach((row) => {
      const { n } = row.message || {};
      if (!isMine(row) || row.message.conversation !== conversation) return;
      if ((n > known.read && n <= next.read) || (n > known.delivered && n <= next.delivered)) paint(row);
    });
  }

  function first() {
    const row = rows.find((one) => one.message && one.message.n);
    return row ? row.message : null;
  }

  function last(conversation) {
    for (let at = rows.length - 1; at >= 0; at--) {
      const { message } = rows[at];
      if (message && message.n && (!conversation || message.conversation === conversation)) return message;
    }
    return null;
  }

  function clear() {
    for (const row of rows) {
      clearTimeout(row.fading);
      letGo(row);
    }
    empty(box);
    rows = [];
    [byKey, ranks, reached] = [new Map(), new Map(), new Map()];
    top = bottom = unseen = 0;
    more = false;
    stuck = true;
    lastRead = "";
    pill.hidden = true;
  }

  return {
    load(messages, hasMore) {
      more = hasMore;
      box.setAttribute("aria-busy", "true");
      messages.forEach((message) => store(message, false, add));
      box.removeAttribute("aria-busy");
      end();
      if (box.scrollHeight - box.clientHeight < 200) older(); // nothing to scroll: no scroll event would ask
    },
    upsert,
    pending,
    remove(cid) {
      const row = byKey.get(cid);
      if (!row || row.message.n) return;
      byKey.delete(cid);
      letGo(row);
      take(row);
    },
    line,
    cursors,
    last,
    find: (conversation, n) => (byKey.get(`${conversation}:${n}`) || {}).message || null,
    newDay() {
      for (let at = top; at < bottom; at++) decorate(at);
    },
    repaintUnsent: () => rows.filter((row) => row.message && !row.message.n).forEach(paint),
    end,
    atEnd: () => stuck,
    clear,
    checkRead,
  };
}

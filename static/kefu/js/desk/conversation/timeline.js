/**
 * The customer's time line in the open thread: above the beginning of the conversation stands the one before it, and so
 * on, read only. A jump shows the messages around one, from where it goes on both ways; the newest come back by a button.
 *
 *   const timeline = createTimeline({ desk, thread, log, line(what), home(), onOlder() });
 *   timeline.open()               another conversation: the thread is empty and at home
 *   timeline.show(id, page)       the newest messages of the open conversation (transcripts.load)
 *   timeline.older(first)         → Promise of the page before a message, for thread.js
 *   timeline.message(message)     of the open conversation
 *   timeline.showMessage(conversation, n), timeline.showSince(time)    → Promise<whether there is such a message>; null: unknown
 *   timeline.showUnread(count, before)   → Promise<number of the first of so many that the customer wrote last before a
 *                                 number, or null>
 *   timeline.isAway()             after a jump: what comes now stands below what is shown, and is not part of it yet
 *   home()                        shows the newest messages again
 *   onOlder()                     a page of older ones stands in the thread
 *
 * Earlier conversations are loaded when the agent scrolls up to them, and not before: reading what colleagues wrote is
 * recorded.
 */
import { $, insist } from "../../base/page.js";
import { createHeads } from "./heads.js";

const HIT_FOR = 2000, NEAR = 200, FRAMES = 4;
const UPWARDS = new Set(["ArrowUp", "PageUp", "Home"]);

const getPaging = () => insist(new URL("../../thread/paging.js", import.meta.url));

/** Rows that were never drawn get their height when they come into view: they are scrolled to more than once. Pictures that
 * arrive meanwhile lead nobody to the end. */
function mark(node, log, thread) {
  thread.hold(true);
  let frames = FRAMES;
  node.classList.add("hit");
  setTimeout(() => {
    node.classList.remove("hit");
    thread.hold(false);
    log.dispatchEvent(new Event("scroll"));
  }, HIT_FOR);
  node.focus({ preventScroll: true });
  (function center() {
    node.scrollIntoView({ block: "center" });
    if (--frames) requestAnimationFrame(center);
  })();
}

/** The agent moves up, by wheel, keys or finger; or takes hold of the scroll bar. */
function onUpwards(log, up, hold) {
  let fingerAt = 0;
  log.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && up(), { passive: true });
  log.addEventListener("keydown", ({ key }) => UPWARDS.has(key) && up());
  log.addEventListener("pointerdown", ({ target }) => target === log && hold());
  log.addEventListener("touchstart", ({ touches }) => (fingerAt = touches[0].clientY), { passive: true });
  log.addEventListener("touchmove", ({ touches }) => touches[0].clientY > fingerAt && up(), { passive: true });
}

/** The button that leads home, with what came meanwhile. */
function createWayBack({ t, isAway, onBack }) {
  const button = $("#newest-button");
  button.addEventListener("click", onBack);

  return {
    news: 0,
    show(news = this.news) {
      this.news = news;
      button.hidden = !isAway();
      button.textContent = news ? t("back_to_news", { n: news }) : t("back_to_newest");
    },
  };
}

export function createTimeline({ desk, thread, log, line, home, onOlder }) {
  const { server, transcripts, t, toast } = desk, after = new Map();
  const heads = createHeads({ desk, thread, log, onRead: read, onBeginning: (id) => showMessage(id, 1) });
  let wants = false, turn = 0, coming = null, at = null;

  const isAway = () => Boolean(thread.list.away), wayBack = createWayBack({ t, isAway, onBack: thread.end });

  /** What was asked for another thread is no answer for this one. */
  async function current(answer) {
    const mine = turn, page = await answer;
    if (mine !== turn) throw new Error("something else was opened meanwhile");
    return page;
  }

  function empty(away) {
    turn++;
    thread.list.away = away;
    wayBack.show(0);
    thread.clear();
    heads.clear();
    after.clear();
  }

  function open() {
    wants = false;
    empty(null);
  }

  function show(id, page) {
    thread.load(page.messages, begins(id, page));
    page.lines.forEach(line);
  }

  /** Whether there is more above the page: in its conversation, or in one before it. */
  function begins(id, { more, earlier }) {
    if (!more) heads.set(id, earlier ?? null);
    return more || Boolean(earlier);
  }

  /** Where nothing was written yet, the conversations before it are all that there is to read. */
  async function older(first) {
    const mine = turn;
    if (!first && !heads.has(desk.current)) return { messages: [], more: false };
    const known = heads.oldest(first ?? { conversation: desk.current }),
      id = known.conversation,
      isBeginning = heads.has(id);
    if (!isBeginning && heads.folded(id)) return { messages: [], more: true }; // nobody reads on in what is folded away
    const page = await current(isBeginning ? before(id) : within(known));
    setTimeout(() => mine === turn && around(page)); // what stands between messages comes after them
    return { messages: page.messages, more: page.more || Boolean(page.earlier) };
  }

  function around(page) {
    begins(page.id, page);
    heads.shown(page.id);
    page.lines.forEach(line);
    onOlder();
  }

  const within = async ({ conversation, n }) => ({ id: conversation, ...await transcripts.older(conversation, n) });

  async function before(conversation) {
    if (!wants) throw new Error("nobody asked for earlier conversations");
    const id = heads.above(conversation);
    return id ? { id, ...await transcripts.load(id) } : { id: conversation, messages: [], lines: [], more: false };
  }

  function read() {
    wants = true;
    thread.older();
  }

  const want = () => log.scrollTop < NEAR ? read() : (wants = true);

  /** The next page below what is shown after a jump, until the newest message is there. */
  const newer = () => coming ??= fetchNewer().catch(console.info).finally(() => (coming = null));

  async function fetchNewer() {
    const last = thread.last(), next = after.get(last.conversation);
    const page = await current(server.pageAt(next ?? last.conversation, { after: next ? 0 : last.n }));
    thread.load(page.messages);
    if (next) begins(next, page);
    page.lines.forEach(line);
    ends(page);
  }

  function ends({ conversation, newer, later }) {
    if (!newer && conversation === desk.current) return settle(conversation);
    if (!newer) after.set(conversation, later?.conversation ?? desk.current);
    if (log.scrollHeight - log.scrollTop - log.clientHeight < NEAR) setTimeout(fill);
  }

  /** Where there is nothing to scroll, no scrolling would ask. */
  const fill = () => isAway() && getPaging().then(({ showNewer }) => showNewer(thread.list));

  /** What came while the last page was under way is known to the transcript. */
  function settle(conversation) {
    thread.list.away = null;
    wayBack.show();
    const n = thread.last(conversation)?.n ?? 0;
    transcripts.known(conversation)?.messages.filter((message) => message.n > n).forEach(thread.upsert);
  }

  function message(one) {
    if (!isAway() || thread.find(one.conversation, one.n)) return thread.upsert(one);
    wayBack.show(wayBack.news + 1);
  }

  const showMessage = async (id, n) => await reveal(id, n) || jump(id, { around: n });
  const showSince = (time) => jump(desk.current, { since: time });
  const showUnread = async (unread, before) => await jump(desk.current, { unread, before }) ? at : null;

  async function jump(conversation, place) {
    const id = desk.current, page = await server.pageAt(conversation, place).catch(() => null);
    if (id !== desk.current) return false;
    if (!page) {
      toast(t("jump_failed"), { bad: true });
      return null;
    }
    if (page.at === null) return false;
    wants = true;
    at = page.at;
    if (await reveal(page.conversation, at)) return true;
    empty({ back, newer });
    show(page.conversation, page);
    ends(page);
    return reveal(page.conversation, at);
  }

  function back() {
    empty(null);
    home();
  }

  async function reveal(conversation, n) {
    heads.unfold(conversation);
    const row = thread.row(conversation, n), { list } = thread;
    if (!row) return false;
    if (!row.node) {
      const { showAround } = await getPaging();
      showAround(list, list.rows.indexOf(row));
    }
    if (row.node) mark(row.node, log, thread);
    return true;
  }

  onUpwards(log, want, () => (wants = true));
  return { open, show, older, message, showMessage, showSince, showUnread, isAway };
}

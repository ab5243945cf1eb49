/** The visitor's chat: joins the live connection, the outbox, the composer and the thread with the page. */
import { createComposer } from "../js/composer.js";
import { $, composes, createFormats, createTexts, empty, everyMidnight, local, newId, session } from "../js/page.js";
import { backOff, createLive, Refusal } from "../js/live.js";
import { createOutbox, upload } from "../js/outbox.js";
import { createThread } from "../js/thread.js";
import { connectHost } from "./host.js";

const config = JSON.parse($("#config").textContent);
const { urls, channel } = config;
const t = createTexts(config.texts);
const formats = createFormats(config.locale);
const RECEIPT_AFTER = 200;
const TYPING_FADES = 8000;

let host = null;
let open = false;
let beginning = null; // → the outbox is there
let resumed = false;
let plain = false; // the server could not read what we told about the page
let person = null; // whose outbox it is; made here, before the server knows anybody
let token = null;
let visitor; // whose token it is
let face = { name: config.title, avatar: "" };
let desk = null; // { open, opens, there }: who would receive a new conversation
let row = null; // the latest conversation
let outbox = null;
let unread = []; // messages of others that nobody has looked at, in any tab
let resets = 0;
let width = 0; // for which the text entry was measured
let touched = false; // browsers allow sound after a first click or key
let typingTimer, receiptTimer, retryTimer, pageTimer;
const cursors = new Map();
const receipts = new Map(); // conversation → { delivered, read } to be told

const isOffline = () => navigator.onLine === false;
const isOver = () => !row || row.state === "ended";
const isLooking = () => open && !document.hidden && (host.embedded || document.hasFocus());
const outboxKey = () => `kefu.outbox.${channel}.${person}`;
const draftKey = () => `kefu.draft.${channel}`;
/** No half of an emoji: servers refuse texts with one. */
const cut = (text, most) => [...text].slice(0, most).join("").replace(/\p{Surrogate}/gu, "");
const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

const thread = createThread({
  box: $("#log"),
  me: "customer",
  t,
  formats,
  isLooking,
  now: () => live.now(),
  author: (message) => (message.from === "customer" ? "" : message.name || face.name),
  fetchOlder,
  onRead,
  onRetry: (cid) => outbox.retry(cid),
  onDrop(cid) {
    outbox.drop(cid);
    thread.remove(cid);
  },
  onRecall,
});

const live = createLive({
  urls,
  hello: () => ({ token, locale: config.locale }),
  headers: authorization,
  cursors,
  whole: true,
  onFrame,
  onState,
  onDigest(frame) {
    desk = frame.desk || desk;
    if (row && row.agent) row.agent.away = frame.away.includes(row.conversation);
    showState();
  },
  onReset() {
    resumed = false;
    retryTimer = setTimeout(startSession, backOff(resets++));
  },
});

const composer = createComposer({
  form: $("#form"),
  input: $("#text"),
  drop: document.body,
  tray: $("#tray"),
  counter: $("#counter"),
  button: $("#send"),
  picker: $("#picker"),
  t,
  size: formats.size,
  maxBytes: config.max_bytes,
  draftKey,
  area: session,
  onSend,
  onTyping: (on) => isOver() || live.whisper({ t: "typing", conversation: row.conversation, on }),
  onRefused(files, reason) {
    problem(t(reason, { name: files[0].name, size: formats.size(config.max_bytes) }));
  },
});

// --- the session --------------------------------------------------------------------------------------------------

function begin() {
  if (!beginning) beginning = prepare();
}

async function prepare() {
  await host.alone("person", async () => {
    if (!(await host.fresh()).person) host.save({ person: newId() });
    person = (await host.fresh()).person || host.saved.person;
  });
  outbox = createOutbox({ key: outboxKey(), send, onStatus });
  outbox.pending().forEach(thread.pending);
  startSession();
}

async function startSession(attempt = 0) {
  clearTimeout(retryTimer);
  banner(attempt ? t(isOffline() ? "offline" : "unreachable") : t("connecting"));
  const start = await host.alone("session", () => meet().catch(() => ({}))); // no network
  const isGone = start.code === "not_found";
  composer.disable(isGone);
  if (start.token) return resume(start);
  if (isGone) banner(t("unavailable")); // until somebody switches it on again
  retryTimer = setTimeout(() => startSession(attempt + 1), isGone ? 60_000 : 1000 + backOff(attempt + 1));
}

/**
 * One browser is one visitor: the token is read when it is used, and where another tab was faster all the same (plain
 * http has no locks), its token stays.
 */
async function meet() {
  const known = await host.fresh();
  const answer = await requestSession(known.token);
  const start = await answer.json();
  plain = plain || [400, 413].includes(answer.status);
  if (!start.token) return start;
  const { id } = start.visitor;
  const kept = await host.fresh();
  if (![known.visitor, id].includes(kept.visitor)) return meet();
  host.save({ token: start.token, visitor: id });
  await host.fresh();
  return start;
}

function requestSession(known) {
  const body = { channel, locale: config.locale };
  if (known) body.token = known;
  if (!plain) {
    body.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    body.page = pageNow();
  }
  return fetch(urls.session, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout && AbortSignal.timeout(20_000), // other tabs wait for us
  });
}

function pageNow() {
  const { url, title, referrer } = host.page;
  return { url: cut(url, 2000), title: cut(title, 500), referrer: cut(referrer, 2000) };
}

/** A site changes its address first and its title a moment later. */
function tellPage(page) {
  host.page = page;
  clearTimeout(pageTimer);
  pageTimer = setTimeout(() => resumed && live.command({ t: "page.tell", ...pageNow() }).catch(() => {}), 1000);
}

/** Another tab wrote: what was read there is read; whoever the browser belongs to now, this page is theirs. */
function follow(saved) {
  if (!beginning || !person) return;
  if (saved.person !== person || (token && saved.visitor !== visitor)) return forget();
  const [conversation, n] = saved.seen || [];
  const seen = unread.filter((one) => one.conversation === conversation && one.n <= n);
  if (seen.length) setUnread(unread.slice(unread.indexOf(seen.pop()) + 1));
}

function resume(start) {
  token = start.token;
  visitor = start.visitor.id;
  face = start.face;
  desk = start.desk;
  resumed = true;
  thread.clear();
  cursors.clear();
  row = null;
  thread.load(start.messages, start.more);
  if (start.row) {
    cursors.set(start.row.conversation, start.row.seq);
    applyRow(start.row);
    if (isOver()) line("ended", start.row);
  }
  if (isOver()) greet(start);
  outbox.pending().forEach(thread.pending);
  countUnread(start.messages);
  confirmDelivery();
  showState();
  live.start();
  outbox.pump();
  thread.end();
  host.tell("event", { name: "ready" });
}

/** Not a stored message: it has no number, and leaves when the server's own greeting comes. */
function greet({ welcome, now }) {
  if (!welcome) return;
  const message = { conversation: "welcome", n: 0, cid: "welcome", from: "system", name: face.name, kind: "text" };
  thread.upsert({ ...message, text: welcome, at: now });
}

async function fetchOlder(first) {
  const before = first ? `?before=${encodeURIComponent(`${first.conversation}:${first.n}`)}` : "";
  const answer = await fetch(urls.messages + before, { headers: authorization() });
  if (!answer.ok) throw new Error(`messages: ${answer.status}`);
  return answer.json();
}

// --- from the server ----------------------------------------------------------------------------------------------

const frames = {
  ready: (frame) => frame.row && applyRow(frame.row),
  "message.posted": ({ message }) => applyMessage(message),
  "message.recalled": ({ message }) => thread.upsert(message),
  "conversation.opened": (frame) => applyRow(frame.row),
  "conversation.queued"(frame) {
    showTyping(false);
    const wasServed = row && row.state === "active";
    applyRow(frame.row);
    if (wasServed) line("back_in_queue", frame);
  },
  "conversation.assigned"(frame) {
    applyRow(frame.row);
    if (frame.row.agent) line("joined", frame, frame.row.agent.name);
  },
  "conversation.transferred"(frame) {
    showTyping(false);
    applyRow(frame.row);
    if (frame.row.agent) line("transferred", frame, frame.row.agent.name);
  },
  "conversation.ended"(frame) {
    showTyping(false);
    applyRow(frame.row);
    line("ended", frame);
  },
  receipt: (frame) => thread.cursors(frame.conversation, frame),
  typing(frame) {
    showTyping(frame.on, frame.name);
    if (frame.on) isThere(frame.conversation);
  },
  "queue.position"(frame) {
    if (row && row.conversation === frame.conversation) row.position = frame.position;
    showState();
  },
};

function onFrame(frame) {
  const apply = frames[frame.t];
  if (apply) apply(frame); // a newer server may tell more than this page knows
}

function applyRow(next) {
  if (row && row.conversation === next.conversation && next.seq < row.seq) return;
  if (row && row.conversation !== next.conversation && next.state === "ended") return; // an older one, told late
  const waits = next.state === "queued" && !next.position && row && row.conversation === next.conversation;
  row = waits ? { ...next, position: row.position } : next; // an answer to a command does not tell the place
  if (!cursors.has(next.conversation)) cursors.set(next.conversation, 0);
  thread.cursors(next.conversation, next);
  host.save({ live: !isOver() });
  host.tell("event", { name: "conversation", data: { id: next.conversation, state: next.state } });
  showState();
}

function applyMessage(message) {
  outbox.seen(message);
  if (message.from === "system") thread.remove("welcome");
  const known = thread.find(message.conversation, message.n);
  thread.upsert(message);
  if (known || message.from === "customer") return;
  if (message.from === "agent") isThere(message.conversation);
  showTyping(false);
  tellReceipt(message.conversation, { delivered: message.n });
  if (isLooking() && thread.atEnd()) return;
  setUnread([...unread, message]);
  chime(message);
  host.tell("event", { name: "message", data: { text: message.text, name: message.name, at: message.at } });
}

/** Whoever writes is not away, whatever the last digest said. */
function isThere(conversation) {
  if (!row || row.conversation !== conversation || !row.agent) return;
  row.agent.away = false;
  showState();
}

function line(key, { conversation, seq }, name) {
  const stored = thread.last(conversation);
  thread.line({
    conversation,
    after: stored ? stored.n : 0,
    seq,
    at: stored ? stored.at : live.now(),
    text: t(key, { name }),
  });
}

function onState(state, attempt) {
  const gone = state === "offline" || (state === "connecting" && attempt > 1);
  const unsent = outbox.pending();
  const words = t(isOffline() ? "offline" : "interrupted");
  if (state === "online") {
    resets = 0;
    outbox.pump();
    receipts.forEach((_, conversation) => sendReceipt(conversation));
  }
  if (!gone) banner("");
  else if (unsent.some((item) => item.file || !local.durable)) banner(`${words} ${t("keep_open")}`);
  else banner(words);
}

// --- to the server ------------------------------------------------------------------------------------------------

async function onSend(text, files) {
  problem("");
  show($("#ending"), false);
  toggle($("#emoji"), $("#faces"), false);
  await beginning;
  files.forEach((file) => {
    const kind = file.type.startsWith("image/") ? "image" : "file";
    outbox.add({ body: { kind, text: "", name: file.name }, file });
  });
  if (text) outbox.add({ body: { kind: "text", text } });
  thread.end();
}

async function send(item, progress, signal) {
  if (!resumed) throw new Refusal("network", "", false); // pumped again when the session is there
  if (item.file && !item.body.file) {
    const stored = await upload({ url: urls.files, headers: authorization(), file: item.file, progress, signal });
    const kind = stored.width ? "image" : "file"; // what the server found in it
    item.body = { ...item.body, kind, file: stored.id };
  }
  const { kind, text, file = null } = item.body;
  const frame = { t: "message.post", id: item.cid, conversation: null, kind, text, file };
  const answer = await live.command(frame);
  if (answer.row) applyRow(answer.row);
  return answer.message;
}

function onStatus(item) {
  if (item.status === "sent") thread.upsert(item.message);
  else thread.pending(item);
}

function onRead({ conversation, n }) {
  setUnread([]);
  host.save({ seen: [conversation, n] });
  tellReceipt(conversation, { delivered: n, read: n });
}

function tellReceipt(conversation, reached) {
  receipts.set(conversation, { ...receipts.get(conversation), ...reached });
  clearTimeout(receiptTimer);
  receiptTimer = setTimeout(() => receipts.forEach((_, one) => sendReceipt(one)), RECEIPT_AFTER);
}

function confirmDelivery() {
  const stored = row && thread.last(row.conversation);
  if (stored) tellReceipt(row.conversation, { delivered: stored.n });
}

function sendReceipt(conversation) {
  if (live.state !== "online") return; // told when it is
  live.whisper({ t: "receipt", conversation, ...receipts.get(conversation) });
}

async function onRecall({ conversation, n }) {
  try {
    await live.command({ t: "message.recall", conversation, n });
  } catch (refusal) {
    problem(refusal.text || t("not_recalled"));
  }
}

async function endConversation() {
  try {
    const answer = await live.command({ t: "conversation.end", conversation: row.conversation });
    if (answer.row) applyRow(answer.row);
  } catch (refusal) {
    problem(refusal.text || t("not_ended"));
  }
  composer.focus();
}

// --- what the visitor sees ----------------------------------------------------------------------------------------

function show(node, on) {
  node.hidden = !on;
}

function banner(text) {
  $("#banner").textContent = text;
  show($("#banner"), text);
}

function problem(text) {
  $("#problem").textContent = text;
}

function showState() {
  const agent = !isOver() && row.agent;
  $("#name").textContent = face.name;
  $("#state").textContent = agent ? t(agent.away ? "gone" : "serving", { name: agent.name }) : stateOfDesk();
  const avatar = (agent && agent.avatar) || face.avatar;
  if (avatar) showAvatar(avatar);
  show($("#end"), !isOver());
  if (isOver()) show($("#ending"), false);
}

/** Who waits at night is told when somebody comes, not a place in a queue that does not move. */
function stateOfDesk() {
  if (!desk) return "";
  const isClosed = !desk.open && !(desk.opens && desk.opens <= live.now());
  if (isClosed && desk.opens) return t(isOver() ? "closed" : "received", { when: whenOf(desk.opens) });
  if (!isOver() && row.position && !isClosed) return t("position", { position: row.position });
  return t(desk.there && !isClosed ? "there" : "away");
}

const whenOf = (time) => `${formats.sameDay(time, live.now()) ? "" : `${formats.day(time)} `}${formats.clock(time)}`;

function showAvatar(address) {
  const known = $("#face img");
  if (known && known.getAttribute("src") === address) return;
  empty($("#face")).append(Object.assign(new Image(36, 36), { src: address, alt: "" }));
}

function showTyping(on, name) {
  clearTimeout(typingTimer);
  $("#typing").textContent = on ? t("typing", { name: name || face.name }) : "";
  show($("#typing"), on);
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_FADES);
}

function countUnread(messages) {
  const [conversation, n] = host.saved.seen || [];
  const at = messages.findIndex((one) => one.conversation === conversation && one.n === n);
  const fresh = at < 0
    ? messages.filter((one) => row && one.conversation === row.conversation)
    : messages.slice(at + 1);
  setUnread(isLooking() ? [] : fresh.filter((one) => one.from !== "customer"));
}

function setUnread(messages) {
  unread = messages;
  const count = unread.length;
  host.tell("unread", count);
  if (!host.embedded) document.title = (count ? `(${count}) ` : "") + config.title;
}

async function chime(message) {
  if (touched) (await import("./chime.js")).chime(() => unread.includes(message));
}

// --- the page -----------------------------------------------------------------------------------------------------

function toggle(button, panel, on = panel.hidden) {
  show(panel, on);
  button.setAttribute("aria-expanded", on);
}

/** The first click brings the menu's module, which takes the button over. */
async function loadMenu() {
  const { wireMenu } = await import("./menu.js");
  wireMenu({ toggle, onEnd: endConversation, onLanguage: (lang) => host.save({ lang }), onBack: composer.focus });
  $("#more").click();
}

async function toggleEmoji() {
  const box = $("#faces");
  if (!box.firstChild) (await import("./emoji.js")).showEmoji(box, pickEmoji);
  toggle($("#emoji"), box);
  if (!box.hidden) $("[tabindex='0']", box).focus();
}

function pickEmoji(emoji) {
  toggle($("#emoji"), $("#faces"), false);
  composer.insert(emoji);
}

function onEscape() {
  const button = $("[aria-expanded='true']");
  if (!button) return host.tell("close");
  button.click();
  button.focus();
}

function opened(isQuiet) {
  open = true;
  measure();
  begin();
  if (thread.atEnd()) thread.end();
  thread.checkRead();
  if (!isQuiet && !matchMedia("(pointer: coarse)").matches) composer.focus(); // a keyboard would cover half of a phone
}

/** Begins anew with whoever is kept; of a person who left nothing stays. */
function forget() {
  if (host.saved.person !== person) {
    local.removeItem(outboxKey());
    session.removeItem(draftKey());
  }
  live.stop();
  location.reload();
}

/** A hidden page has no width: what was written before it was shown is measured when it is. */
function measure() {
  if (width === innerWidth) return; // a keyboard came up: nothing is set in the midst of composing a character
  width = innerWidth;
  composer.set(composer.text());
}

function wirePage() {
  $("#close").hidden = !host.embedded;
  $("#close").onclick = () => host.tell("close");
  $("#attach").onclick = () => $("#picker").click();
  $("#more").onclick = loadMenu;
  $("#emoji").onclick = toggleEmoji;
  document.addEventListener("keydown", (event) => event.key === "Escape" && !composes(event) && onEscape());
  addEventListener("online", () => outbox && !resumed && startSession());
  ["pointerdown", "keydown"].forEach((name) => addEventListener(name, () => (touched = true), { once: true }));
  addEventListener("resize", measure);
  addEventListener("pagehide", () => live.sleep());
  addEventListener("pageshow", (event) => event.persisted && resumed && live.start());
  everyMidnight(thread.newDay);
}

/** On a phone the keyboard covers the page instead of shrinking it (iOS). */
function followKeyboard() {
  const follow = () => document.body.style.setProperty("--height", `${visualViewport.height}px`);
  visualViewport.addEventListener("resize", follow);
  follow();
}

async function main() {
  const style = document.documentElement.style;
  style.setProperty("--own", config.color);
  style.setProperty("--on-own", config.on_color);
  host = await connectHost({
    channel,
    origins: config.origins,
    handlers: {
      open: opened,
      close: () => (open = false),
      message: (text) => composer.set(text),
      logout: () => forget(host.saved = {}),
      page: tellPage,
      saved: follow,
    },
  });
  const wish = host.saved.lang;
  if (wish && wish !== config.locale && !location.search.includes("lang=")) return location.replace(`?lang=${wish}`);
  wirePage();
  composer.restore();
  if (!host.embedded && window.visualViewport) followKeyboard();
  if (host.isOpen) opened(host.isQuiet);
  else if (host.saved.live) begin();
}

main();

/** The visitor's chat: joins the live connection, the outbox, the composer and the thread with the page. */
import { createComposer } from "../js/composer/composer.js";
import {
  $,
  composes,
  createFormats,
  createTexts,
  everyMidnight,
  insist,
  late,
  local,
  session,
} from "../js/base/page.js";
import { createLive } from "../js/live/live.js";
import { createOutbox } from "../js/live/outbox.js";
import { backOff, Refusal } from "../js/live/refusal.js";
import { createThread } from "../js/thread/thread.js";
import { connectHost } from "./host.js";
import { createVisitor } from "./visitor.js";

const RECEIPT_AFTER = 200;
const TYPING_FADES = 8000;
const CHIME = new URL("./chime.js", import.meta.url);

async function openChat(config) {
  const { urls, channel, locale } = config;
  const t = createTexts(config.texts);
  const formats = createFormats(locale);
  const draftKey = () => `kefu.draft.${channel}`;
  const cursors = new Map();
  const receipts = new Map(); // conversation → { delivered, read } to be told
  let open = false;
  let face = { name: config.title, avatar: "" };
  let desk = null; // { open, opens, there }: who would receive a new conversation
  let row = null; // the latest conversation
  let outbox = null;
  let unread = []; // messages of others that nobody has looked at, in any tab
  let resets = 0;
  let tray = null; // → the one of composer.js, when a file was chosen
  let width = 0; // for which the text entry was measured
  let touched = false; // browsers allow sound after a first click or key
  let typingTimer, receiptTimer;

  const isOffline = () => !navigator.onLine;
  const isLatest = (conversation) => row && row.conversation === conversation;
  const isOver = () => !row || row.state === "ended";
  const isLooking = () => open && !document.hidden && (host.embedded || document.hasFocus());
  const outboxKey = () => `kefu.outbox.${channel}.${visitor.person}`;
  const line = (what) => what && thread.line({ ...what, text: t(what.say.key, what.say.names) });

  const host = await connectHost({
    channel,
    origins: config.origins,
    handlers: {
      open: opened,
      close: () => (open = false),
      message: (text) => composer.set(text),
      logout: () => forget(host.saved = {}),
      page: (page) => visitor.moved(page),
      saved: follow,
    },
  });
  const { lang } = host.saved;
  if (lang && lang !== locale && !location.search.includes("lang=")) return location.replace(`?lang=${lang}`);

  const visitor = createVisitor({
    config,
    host,
    onPerson: openOutbox,
    onTrying: (attempt) => banner(attempt ? t(isOffline() ? "offline" : "unreachable") : t("connecting")),
    onGone(isGone) {
      composer.disable(isGone);
      if (isGone) banner(t("unavailable")); // until somebody switches it on again
    },
    onMet: resume,
    onPage: (page) => live.command({ t: "page.tell", ...page }).catch(() => {}),
  });

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
    onRecall: ({ conversation, n }) => attempt("not_recalled", { t: "message.recall", conversation, n }),
  });

  const live = createLive({
    urls,
    hello: () => ({ token: visitor.token, locale }),
    headers: visitor.headers,
    cursors,
    whole: true,
    onFrame,
    onState,
    onDigest(frame) {
      desk = frame.desk || desk;
      const { conversation } = row || {};
      // Written before the last event, it tells of somebody who has written since, or of another one.
      if (frame.after[conversation] >= cursors.get(conversation)) setAway(frame.away.includes(conversation));
      showState();
    },
    onReset: () => visitor.meetAgain(backOff(resets++)),
  });

  const composer = createComposer({
    form: $("#form"),
    input: $("#text"),
    drop: document.body,
    openTray,
    counter: $("#counter"),
    button: $("#send"),
    picker: $("#picker"),
    t,
    draftKey,
    area: session,
    onSend,
    onTyping: (on) => isOver() || live.lossy({ t: "typing", conversation: row.conversation, on }),
  });

  // --- the session ------------------------------------------------------------------------------------------------

  /** Another tab wrote: what was read there is read; whoever the browser belongs to now, this page is theirs. */
  function follow(saved) {
    if (!visitor.person) return;
    if (visitor.isOther(saved)) return forget();
    const [conversation, n] = saved.seen || [];
    const seen = unread.filter((one) => one.conversation === conversation && one.n <= n);
    if (seen.length) setUnread(unread.slice(unread.indexOf(seen.pop()) + 1));
  }

  /** Begins anew with whoever is kept; of a person who left nothing stays. */
  function forget() {
    if (host.saved.person !== visitor.person) {
      local.removeItem(outboxKey());
      session.removeItem(draftKey());
    }
    host.save = () => {}; // an answer may come before the page is gone
    live.sleep();
    location.reload();
  }

  function openOutbox() {
    outbox = createOutbox({
      key: outboxKey(),
      send,
      onStatus: (item) => item.status === "sent" ? thread.upsert(item.message) : thread.pending(item),
    });
    outbox.pending().forEach(thread.pending);
  }

  function resume(start) {
    face = start.face;
    desk = start.desk;
    thread.clear();
    cursors.clear();
    row = null;
    thread.load(start.messages, start.more);
    if (start.row) {
      cursors.set(start.row.conversation, start.row.seq);
      applyRow(start.row);
    }
    start.lines.forEach(line);
    if (isOver()) greet(start);
    outbox.pending().forEach(thread.pending);
    countUnread(start.messages);
    const stored = row && thread.last(row.conversation);
    if (stored) tellReceipt(row.conversation, { delivered: stored.n });
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
    const answer = await fetch(urls.messages + before, { headers: visitor.headers() });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  // --- from the server --------------------------------------------------------------------------------------------

  /** A newer server may tell more than this page knows. */
  function onFrame(frame) {
    if (frame.t === "message.posted") applyMessage(frame.message);
    else if (frame.t === "message.recalled") thread.upsert(frame.message);
    else if (frame.t === "receipt") thread.cursors(frame.conversation, frame);
    else if (frame.t === "typing") {
      if (isOver() || !isLatest(frame.conversation)) return;
      showTyping(frame.on, frame.name);
      if (frame.on) setAway(false);
    } else if (frame.t === "queue.position") {
      if (isLatest(frame.conversation)) row.position = frame.position;
      showState();
    } else if (frame.row) {
      if (frame.line) showTyping(false); // whoever typed has left, or nobody could
      applyRow(frame.row);
      line(frame.line);
    }
  }

  function applyRow(next) {
    const isKnown = isLatest(next.conversation);
    if (isKnown ? next.seq < row.seq : row && next.state === "ended") return; // an older one, told late
    const waits = next.state === "queued" && !next.position && isKnown;
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
    if (message.from === "agent" && isLatest(message.conversation)) setAway(false);
    showTyping(false);
    tellReceipt(message.conversation, { delivered: message.n });
    if (isLooking() && thread.atEnd()) return;
    setUnread([...unread, message]);
    if (touched) late(CHIME).then(({ ring }) => ring(() => unread.includes(message)), () => {}); // or without a sound
    host.tell("event", { name: "message", data: { text: message.text, name: message.name, at: message.at } });
  }

  /** Whoever writes is not away, whatever the last digest said. */
  function setAway(away) {
    if (row.agent) row.agent.away = away;
    showState();
  }

  function onState(state, attempt) {
    const gone = state === "offline" || (state === "connecting" && attempt > 1);
    const unsent = outbox.pending();
    const words = t(isOffline() ? "offline" : "interrupted");
    if (state === "online") {
      resets = 0;
      outbox.pump();
      tellReceipts();
    }
    if (!gone) banner("");
    else if (unsent.some((item) => item.file || !local.durable)) banner(`${words} ${t("keep_open")}`);
    else banner(words);
  }

  // --- to the server ----------------------------------------------------------------------------------------------

  async function onSend(text, files) {
    problem("");
    $("#ending").hidden = true;
    toggle($("#emoji"), $("#faces"), false);
    await visitor.begin();
    files.forEach((file) => {
      const kind = file.type.startsWith("image/") ? "image" : "file";
      outbox.add({ body: { kind, text: "", name: file.name }, file });
    });
    if (text) outbox.add({ body: { kind: "text", text } });
    thread.end();
  }

  async function send(item, progress, signal) {
    if (!visitor.isMet) throw new Refusal("network", "", false); // pumped again when the session is there
    if (item.file && !item.body.file) {
      const { upload } = await insist(new URL("../js/composer/upload.js", import.meta.url));
      const stored = await upload({ url: urls.files, headers: visitor.headers(), file: item.file, progress, signal });
      const kind = stored.width ? "image" : "file"; // what the server found in it
      item.body = { ...item.body, kind, file: stored.id };
    }
    const { kind, text, file = null } = item.body;
    const answer = await live.command({ t: "message.post", id: item.cid, conversation: null, kind, text, file });
    if (answer.row) applyRow(answer.row);
    return answer.message;
  }

  function onRead({ conversation, n }) {
    setUnread([]);
    host.save({ seen: [conversation, n] });
    tellReceipt(conversation, { delivered: n, read: n });
  }

  function tellReceipt(conversation, reached) {
    receipts.set(conversation, { ...receipts.get(conversation), ...reached });
    clearTimeout(receiptTimer);
    receiptTimer = setTimeout(tellReceipts, RECEIPT_AFTER);
  }

  function tellReceipts() {
    if (live.state !== "online") return; // told when it is
    receipts.forEach((reached, conversation) => live.lossy({ t: "receipt", conversation, ...reached }));
  }

  async function attempt(failed, frame) {
    try {
      const answer = await live.command(frame);
      if (answer.row) applyRow(answer.row);
    } catch (refusal) {
      problem(refusal.text || t(failed));
    }
  }

  function openTray() {
    tray ||= insist(new URL("../js/composer/tray.js", import.meta.url), () => problem(t("unreachable"))).then(
      (module) => {
        problem("");
        return module.createTray({
          box: $("#tray"),
          t,
          size: formats.size,
          maxBytes: config.max_bytes,
          onChange: () => composer.refresh(),
          onRefused: (reason, values) => problem(t(reason, values)),
        });
      },
    );
    return tray;
  }

  // --- what the visitor sees --------------------------------------------------------------------------------------

  function banner(text) {
    $("#banner").textContent = text;
    $("#banner").hidden = !text;
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
    $("#end").hidden = isOver();
    if (isOver()) $("#ending").hidden = true;
  }

  /** Who waits at night is told when somebody comes, not a place in a queue that does not move. */
  function stateOfDesk() {
    if (!desk) return "";
    const isClosed = !desk.open && !(desk.opens && desk.opens <= live.now());
    if (isClosed && desk.opens) return t(isOver() ? "closed" : "received", { when: whenOf(desk.opens) });
    const there = desk.there && !isClosed;
    if (!isOver() && row.position) return t(there ? "position" : "kept", { position: row.position });
    return t(there ? "there" : "away");
  }

  const whenOf = (time) => (formats.sameDay(time, live.now()) ? "" : `${formats.day(time)} `) + formats.clock(time);

  function showAvatar(address) {
    const known = $("#face img");
    if (known && known.getAttribute("src") === address) return;
    $("#face").replaceChildren(Object.assign(new Image(36, 36), { src: address, alt: "" }));
  }

  function showTyping(on, name) {
    clearTimeout(typingTimer);
    $("#typing").textContent = on ? t("typing", { name: name || face.name }) : "";
    $("#typing").hidden = !on;
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
    host.tell("unread", unread.length);
  }

  function toggle(button, panel, on = panel.hidden) {
    panel.hidden = !on;
    button.setAttribute("aria-expanded", on);
  }

  /** The first click on the menu or the emoji brings the module that takes both buttons over. */
  async function loadControls({ currentTarget }) {
    const { wireControls } = await late(new URL("./controls.js", import.meta.url));
    wireControls({
      toggle,
      onEnd() {
        attempt("not_ended", { t: "conversation.end", conversation: row.conversation });
        composer.focus();
      },
      onLanguage: (chosen) => host.save({ lang: chosen }),
      onBack: composer.focus,
      onEmoji: composer.insert,
    });
    currentTarget.click();
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
    visitor.begin();
    if (thread.atEnd()) thread.end();
    thread.checkRead();
    if (!isQuiet && !matchMedia("(pointer: coarse)").matches) composer.focus(); // a keyboard would cover half of a phone
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
    $("#more").onclick = $("#emoji").onclick = loadControls;
    document.addEventListener("keydown", (event) => event.key === "Escape" && !composes(event) && onEscape());
    ["pointerdown", "keydown"].forEach((name) => addEventListener(name, () => (touched = true)));
    addEventListener("resize", measure);
    addEventListener("pagehide", live.sleep);
    addEventListener("pageshow", (event) => event.persisted && visitor.isMet && live.start());
    everyMidnight(thread.newDay);
  }

  wirePage();
  composer.restore();
  if (host.isOpen) opened(host.isQuiet);
  else if (host.saved.live) visitor.begin();
}

const style = document.documentElement.style;
const config = JSON.parse($("#config").textContent);
style.setProperty("--own", config.color);
style.setProperty("--on-own", config.on_color);
openChat(config);

/**
 * Entry of the chat page: makes its parts and hands each of them `chat`, in which they find one another.
 *
 *   chat: { config, t, formats, cursors, draftKey(), isLooking(),
 *           state, view, host, visitor, thread, live, composer, outbox, unread, receipts, panel,
 *           …createSending(), …createFrames(), …createSession() }
 *
 * A part reads `chat` when it is called, never while it is made: some parts come later, the outbox when the person is known,
 * the host when it has answered.
 */
import { $, createFormats, createTexts, late, session } from "../js/base/page.js";
import { createComposer } from "../js/composer/composer.js";
import { createLive } from "../js/live/live.js";
import { backOff } from "../js/live/refusal.js";
import { createThread } from "../js/thread/thread.js";
import { createFrames } from "./frames.js";
import { connectHost } from "./host.js";
import { createPanel } from "./panel.js";
import { createReceipts } from "./receipts.js";
import { createSending } from "./sending.js";
import { createSession } from "./session.js";
import { createState } from "./state.js";
import { createUnread } from "./unread.js";
import { createView } from "./view.js";
import { createVisitor } from "./visitor.js";

async function openChat(config) {
  const { urls, channel, locale } = config;
  const t = createTexts(config.texts), formats = createFormats(locale);
  const state = createState(config.title);
  const view = createView({ state, t, formats, now: () => chat.live.now() });
  const chat = { config, t, formats, state, view, cursors: new Map(), resets: 0 };
  chat.draftKey = () => `kefu.draft.${channel}`;
  chat.isLooking = () => panel.isOpen && !document.hidden && (chat.host.embedded || document.hasFocus());
  const panel = chat.panel = createPanel(chat);
  Object.assign(chat, createSending(chat), createFrames(chat), createSession(chat));

  const host = chat.host = await connectHost({
    channel,
    origins: config.origins,
    handlers: {
      open: panel.opened,
      close: panel.closed,
      message: (text) => chat.composer.set(text),
      logout: chat.leave,
      page: (page) => chat.visitor.moved(page),
      saved: chat.follow,
    },
  });
  const { lang } = host.saved;
  if (lang && lang !== locale && !location.search.includes("lang=")) return location.replace(`?lang=${lang}`);

  chat.unread = createUnread(chat);
  chat.visitor = createVisitor({
    config,
    host,
    onPerson: chat.openOutbox,
    onTrying: (attempt) => view.banner(t(attempt ? navigator.onLine ? "unreachable" : "offline" : "connecting")),
    onGone(isGone) {
      chat.composer.disable(isGone);
      if (isGone) view.banner(t("unavailable")); // until somebody switches it on again
    },
    onMet: chat.resume,
    onLeft: chat.forget,
    onPage: (page) => chat.live.command({ t: "page.tell", ...page }).catch(() => {}),
  });
  chat.thread = openThread(chat);
  chat.live = createLive({
    urls,
    hello: () => ({ token: chat.visitor.token, locale }),
    headers: chat.visitor.headers,
    cursors: chat.cursors,
    whole: true,
    onFrame: chat.onFrame,
    onState: chat.onState,
    onDigest: chat.onDigest,
    onReset: () => chat.visitor.meetAgain(backOff(chat.resets++)),
  });
  chat.receipts = createReceipts(chat.live);
  chat.composer = openComposer(chat);

  panel.wire();
  chat.composer.restore();
  if (host.isOpen) panel.opened(host.isQuiet);
  else if (host.saved.live) chat.visitor.begin();
}

function openThread(chat) {
  const { t, formats, state } = chat;
  return createThread({
    box: $("#log"),
    me: "customer",
    contents: chat.config.contents,
    recalls: chat.config.recalls,
    t,
    formats,
    isLooking: chat.isLooking,
    now: () => chat.live.now(),
    author: (message) => (message.from === "customer" ? "" : message.name || state.face.name),
    fetchOlder: chat.fetchOlder,
    onRead({ conversation, n }) {
      chat.unread.none();
      chat.host.save({ seen: [conversation, n] });
      chat.receipts.tell(conversation, { delivered: n, read: n });
    },
    onRetry: (cid) => chat.outbox.retry(cid),
    onDrop(cid) {
      chat.outbox.drop(cid);
      chat.thread.remove(cid);
    },
    onRecall: ({ conversation, n }) => chat.attempt("not_recalled", { t: "message.recall", conversation, n }),
  });
}

function openComposer(chat) {
  const { state } = chat;
  return createComposer({
    form: $("#form"),
    input: $("#text"),
    drop: document.body,
    openTray: chat.openTray,
    counter: $("#counter"),
    button: $("#send"),
    picker: $("#picker"),
    t: chat.t,
    draftKey: chat.draftKey,
    area: session,
    onSend: chat.compose,
    onTyping(on) {
      if (state.isOver()) return;
      if (state.desk.preview) {
        late(new URL("./preview.js", import.meta.url)).then(({ follow }) => follow(chat), () => {});
      } else chat.live.lossy({ t: "typing", conversation: state.row.conversation, on });
    },
  });
}

const style = document.documentElement.style;
const config = JSON.parse($("#config").textContent);
style.setProperty("--own", config.color);
style.setProperty("--on-own", config.on_color);
openChat(config);

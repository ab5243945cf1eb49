/**
 * The desk at work: frames go into the model, the model onto the screen, wishes to the server.
 *
 *   createDesk({ config, state, server, t, formats, clock, connection, announcer, toast })  starts it
 */
import { $ } from "../base/page.js";
import { createLive } from "../live/live.js";
import { createOutbox } from "../live/outbox.js";
import { createQuestion } from "./asking.js";
import { createAbsence } from "./frame/absence.js";
import { createAccount } from "./frame/account.js";
import { createAlerts } from "./alerts/alerts.js";
import { createDrafts } from "./state/drafts.js";
import { createEndings } from "./conversation/ending.js";
import { createFollowing } from "./state/following.js";
import { createLateNotice } from "./late.js";
import { createLayers, watchDialogs } from "../base/layers.js";
import { createList } from "./lists/list.js";
import { closeMenus } from "./frame/menu.js";
import { createModel } from "./state/model.js";
import { longestWaiting } from "./state/order.js";
import { createNavigation } from "./frame/navigation.js";
import { createPane } from "./conversation/pane.js";
import { createPanel } from "./customer/panel.js";
import { createPreferences } from "./frame/preferences.js";
import { createQueue } from "./lists/queue.js";
import { createReceipts } from "./state/receipts.js";
import { createReply } from "./conversation/reply.js";
import { createRowPainter } from "./lists/row.js";
import { createShortcuts } from "./frame/shortcuts.js";
import { createSound } from "./alerts/sound.js";
import { createStatus } from "./frame/status.js";
import { createTablist } from "./frame/tablist.js";
import { createTabs } from "./frame/tabs.js";
import { createTitle } from "./alerts/title.js";
import { createTranscripts } from "./state/transcripts.js";
import { createTransfer } from "./conversation/transfer.js";
import { createTypists } from "./state/typists.js";
import { createWishes } from "./commands.js";

const RESYNC_EVERY = 5000;
const QUEUE_NEWS_AFTER = 2000;
const SIGNED_OUT = "signed out";
const LONG_ENOUGH = 20_000; // for who comes back to the desk
const NOT_AGAIN_WITHIN = 10_000; // should the page let in whom the live connection does not

export function createDesk({ config, state, server, t, formats, clock, connection, announcer, toast }) {
  const { urls, locale } = config, agentId = state.me.id;
  const model = createModel(), cursors = new Map(), left = new Map(), accepting = new Set();
  let syncedAt = 0, resyncTimer = 0, readyBefore = false, wentOnAt = 0;

  const absence = createAbsence({
    key: `kefu.held.${agentId}`,
    onLost: (n) => toast(t("went_elsewhere", { n }), { lasts: LONG_ENOUGH }),
  });
  const preferences = createPreferences(agentId);
  const drafts = createDrafts(agentId);
  const transcripts = createTranscripts({ fetchPage: server.page });
  const receipts = createReceipts({ whisper: (frame) => live.whisper(frame) });
  const typists = createTypists({ onChange: showTyping });
  const sound = createSound({ volume: () => preferences.get("volume"), onLocked: showSoundBar });
  const tabs = createTabs(`kefu.desk.${agentId}`, { onMessage: (said) => said === SIGNED_OUT && signedOut() });
  const title = createTitle({ link: $("#favicon"), t });

  const live = createLive({
    urls,
    hello: () => ({ locale: config.locale }),
    headers: server.headers,
    cursors,
    left,
    onFrame,
    onState,
    knows: isMe,
    onReset: (reason) => reason === "refused" ? connection.outdated() : goOn(),
    onDigest,
    onGone: gone,
  });
  const following = createFollowing({ model, cursors, left, streams: live.streams });
  const asks = createQuestion($("#above-dialog"), $("#above-text"));
  const wishes = createWishes({ live, addToOutbox: (item) => outbox.add(item), server, urls, t, toast, take, asks });
  const outbox = createOutbox({ key: `kefu.outbox.${agentId}`, send: wishes.post, onStatus: showItem });
  const endings = createEndings({
    send: (id) => wishes.attempt({ t: "conversation.end", conversation: id }),
    sendLeaving: (id) => server.lastWord({ t: "conversation.end", conversation: id }),
    onChange: repaint,
  });

  const painter = createRowPainter({
    t,
    locale,
    clock,
    draft: (id) => id === pane.current ? "" : drafts.of(id) || reply.chosen(id),
    isEnding: endings.has,
    isTyping: typists.has,
    colleague: model.colleague,
  });
  const reply = createReply({
    t,
    formats,
    preferences,
    drafts,
    maxBytes: state.max_bytes ?? config.max_bytes,
    toast,
    onSend(wish) {
      wishes.write(wish);
      if (!wish.note) refresh(model.answered(wish.conversation));
      pane.end();
    },
    onTyping: (conversation, on) => live.whisper({ t: "typing", conversation, on }),
    onDraft: repaint,
  });
  const pane = createPane({
    model,
    clock,
    t,
    formats,
    transcripts,
    outbox,
    endings,
    receipts,
    reply,
    locale,
    onRecall: ({ conversation, n }) => wishes.attempt({ t: "message.recall", conversation, n }),
  });
  const list = createList({ model, painter, preferences, t });
  const queue = createQueue({ model, painter, onAccept: accept });
  const lists = createTablist($("#lists [role=tablist]"));
  const narrow = matchMedia("(max-width: 1199px)");
  const layers = createLayers({ isNarrow: () => narrow.matches, closeTop });
  const panel = createPanel({
    urlOf: (id) => urls.customer.replace("ID", encodeURIComponent(id)),
    formats,
    onDrawer: layers.opened,
  });
  const navigation = createNavigation({ model, list, lists, pane, panel, reply });
  const transfer = createTransfer({ model, t, send: wishes.transfer });
  const status = createStatus({
    model,
    clock,
    t,
    locale,
    setStatus: (wish) => wishes.attempt({ t: "status.set", ...wish }),
  });
  const late = createLateNotice({
    button: $("#late-notice"),
    text: $("#late-notice-text"),
    model,
    clock,
    t,
    onJump: (id) => navigation.go(id, { focus: true }),
  });
  const alerts = createAlerts({
    t,
    tabs,
    preferences,
    sound,
    title,
    announcer,
    toast,
    rowOf: model.row,
    isWatching: (id) => id === pane.current && !document.hidden && document.hasFocus(),
    onOpen: (id) => navigation.go(id, { focus: true }),
  });

  // --- what the server says -----------------------------------------------------------------------------------

  /** One browser has one session: somebody else may have signed in while this window had no network. */
  function isMe({ me }) {
    return me.id === agentId;
  }

  const mine = () => [...model.active(), ...model.ended()];

  function adopt(fresh) {
    if (!isMe(fresh)) return signedOut();
    clock.sync(fresh.now);
    model.load(fresh);
    absence.adopt(mine());
    following.adopt();
    for (const row of model.active()) receipts.delivered(row.conversation, row.n);
    showAll();
  }

  /** The lists as the tables have them. Frames that arrive meanwhile are newer or equal and win by their number. */
  async function resync() {
    const early = syncedAt + RESYNC_EVERY - Date.now();
    if (early > 0) {
      resyncTimer ||= setTimeout(resync, early);
      return;
    }
    clearTimeout(resyncTimer);
    resyncTimer = 0;
    syncedAt = Date.now();
    try {
      adopt(await server.state());
    } catch (error) {
      console.info("the lists are checked again with the next digest", error);
    }
  }

  function onState(name) {
    connection.state(name);
    if (name !== "online") return absence.begins();
    outbox.pump();
    pane.again();
    panel.again();
  }

  function onDigest(frame) {
    if (!isMe(frame)) return signedOut();
    clock.sync(frame.now);
    const change = model.apply(frame);
    following.prune();
    refresh(change);
    if (change.unknown) resync();
  }

  function onFrame(frame) {
    if (frame.t === "ready") return onReady(frame);
    if (frame.t === "typing") return typists.set(frame.conversation, frame.on ? frame.name || "" : null);
    if (frame.t === "customer.moved") return panel.moved(frame.conversation);
    const before = model.row(frame.conversation);
    const change = model.apply(frame);
    const row = model.row(frame.conversation);
    if (frame.message) onMessage(frame, row);
    if (frame.line) {
      transcripts.line(frame.line);
      pane.line(frame.line);
    }
    if (frame.t === "receipt" && row) pane.receipt(row);
    if (frame.row) noticeMove(before, row);
    following.check(frame.conversation);
    refresh(change);
  }

  function onReady(frame) {
    clock.sync(frame.now);
    refresh(model.apply(frame));
    status.arrived();
    receipts.again();
    if (readyBefore) resync();
    else absence.adopt(mine());
    readyBefore = true;
  }

  function onMessage({ t: name, message }, row) {
    transcripts.message(message);
    outbox.seen(message);
    pane.message(message);
    if (name !== "message.posted" || message.from !== "customer" || !row?.mine) return;
    typists.set(message.conversation, null);
    receipts.delivered(message.conversation, message.n);
    if (endings.undo(message.conversation)) toast(t("ending_stopped", { name: row.customer.name }));
    alerts.message(row, message);
  }

  /** A conversation came to me by routing or by a colleague, or somebody waits although I have room. */
  function noticeMove(before, row) {
    const isActive = (one) => Boolean(one?.mine) && one.state === "active";
    const id = row.conversation, wasMine = isActive(before), isMine = isActive(row);
    // What was missed is told with the rows of today, so the row says what is news, and not the frame.
    const isHanded = isMine && row.handed_by && !(wasMine && before.handed_by);
    if (wasMine !== isMine) absence.moved(id, isMine);
    if ((wasMine && !isMine) || isHanded) receipts.forget(id);
    if ((isMine && !wasMine) || isHanded) {
      if (!accepting.delete(id)) noticeNew(row);
      receipts.delivered(id, row.n);
    }
    if (row.state === "queued" && before?.state !== "queued") setTimeout(() => noticeWaiting(id), QUEUE_NEWS_AFTER);
    if (wasMine && !row.mine) transfer.close(id);
    if (wasMine && !isMine) reply.forget(id);
  }

  function noticeNew(row) {
    if (row.handed_by) alerts.handed(row);
    else alerts.conversation(row);
    if (row.conversation === pane.current) pane.open(row.conversation); // read anew, by its new holder
  }

  /** Not at once: most who enter the queue are assigned in the same moment. */
  function noticeWaiting(id) {
    const { status: mine, load, cap } = model.me, row = model.row(id);
    if (row?.state === "queued" && mine === "online" && load < cap) alerts.conversation(row);
  }

  /** The session is over, in this window or in another one of this browser. */
  function signedOut() {
    live.sleep();
    title.clear();
    connection.signedOut();
  }

  /** This session is over. Where the agent signed in again, here or in another window, the desk goes on with the new one. */
  async function goOn() {
    const tried = Date.now() - wentOnAt < NOT_AGAIN_WITHIN;
    if (tried || !(await server.stillSignedIn(agentId))) return signedOut();
    wentOnAt = Date.now();
    live.start();
  }

  function gone(id) {
    receipts.forget(id);
    model.forget(id);
    transcripts.forget(id);
    showAll();
  }

  // --- wishes -------------------------------------------------------------------------------------------------

  function take(answer) {
    if (answer.me) refresh(model.apply({ t: "agent.status", agent: answer.me }));
    if (answer.row) refresh(model.put(answer.row));
    if (!answer.message) return;
    transcripts.message(answer.message);
    pane.message(answer.message);
  }

  async function accept(id) {
    accepting.add(id);
    if (!await wishes.accept(id)) {
      accepting.delete(id);
      return resync();
    }
    transcripts.forget(id);
    lists.select("mine");
    navigation.go(id, { focus: true });
  }

  function end() {
    endings.start(pane.current);
    $("#end-undo").focus();
  }

  function undoEnd() {
    if (endings.undo(pane.current)) reply.focus();
  }

  // --- onto the screen ----------------------------------------------------------------------------------------

  function showItem(item) {
    if (item.status !== "sent") pane.pending(item);
    else if (item.message) pane.message(item.message);
    if (item.status !== "failed") return;
    refresh(model.unanswered(item.conversation));
    announcer.alarm(t("send_failed_spoken", { why: item.error || "" }));
  }

  function showTyping(id) {
    list.repaint(id);
    if (id === pane.current) pane.typing(typists.name(id) || (typists.has(id) && model.row(id)?.customer.name) || "");
  }

  function showSoundBar() {
    $("#sound-bar").hidden = !sound.locked || !preferences.get("sound");
  }

  function repaint(id) {
    list.repaint(id);
    if (id === pane.current) pane.show();
  }

  function refresh(change) {
    if (change.me) status.show();
    if (change.colleagues) transfer.show();
    if (change.queue) queue.show();
    if (!change.rows.size) return;
    list.show();
    late.tick();
    alerts.unread(model.unread(), [...change.rows].map(model.row).filter(Boolean));
    if (!change.rows.has(pane.current)) return;
    pane.show();
    const row = model.row(pane.current);
    if (row) pane.receipt(row);
  }

  function showAll() {
    status.show();
    list.show();
    queue.show();
    transfer.show();
    late.tick();
    alerts.unread(model.unread(), model.active());
    if (pane.current) pane.show();
  }

  function tick() {
    list.tick();
    queue.tick();
    status.tick();
    late.tick();
    if (pane.current) pane.tick();
  }

  function closeTop() {
    const dialog = $("dialog[open]:not(#sign-in-dialog)");
    if (dialog) dialog.close();
    return Boolean(dialog) || closeMenus() || panel.close();
  }
  document.addEventListener("menu:open", layers.opened);
  watchDialogs(document.querySelectorAll("dialog:not(#sign-in-dialog)"), layers.opened);

  // --- keys and buttons ---------------------------------------------------------------------------------------

  createShortcuts({
    next: () => navigation.step(1),
    previous: () => navigation.step(-1),
    longest() {
      const row = longestWaiting(model.active());
      if (row) navigation.go(row.conversation, { focus: true });
      else announcer.say(t("nobody_waits"));
    },
    accept: () => queue.acceptNext() || announcer.say(t("queue_empty")),
    reply: () => pane.current ? reply.focus() : false,
    note: () => pane.current ? reply.note() : false,
    transfer: () => $("#transfer-button").hidden ? false : transfer.open(pane.current),
    end: () => $("#end-button").hidden ? false : end(),
    region: () => navigation.moveRegion(1),
    regionBack: () => navigation.moveRegion(-1),
    help: () => $("#help-dialog").showModal(),
    back: navigation.back,
  }, { isOn: () => preferences.get("shortcuts") });

  $("#end-button").addEventListener("click", end);
  $("#end-undo").addEventListener("click", undoEnd);
  $("#transfer-button").addEventListener("click", () => transfer.open(pane.current));
  $("#sound-unlock").addEventListener("click", () => sound.unlock());
  status.askBeforeSignOut($("#sign-out-form"), () => {
    absence.forget();
    tabs.tell(SIGNED_OUT);
  });
  preferences.onChange(showSoundBar);
  drafts.onChange((id) => list.repaint(id));

  createAccount({ preferences, sound, t });
  showSoundBar();
  adopt(state);
  drafts.prune(mine().map((row) => row.conversation));
  navigation.openFromAddress();
  setInterval(tick, 1000);
  $("#connection-retry").addEventListener("click", () => {
    live.sleep();
    live.start();
  });
  live.start();
}

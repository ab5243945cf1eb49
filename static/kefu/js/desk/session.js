/**
 * The desk's session with the server: the live connection, the whole state again where something was missed, and what
 * happens when the agent is signed out.
 *
 *   install(desk)                 desk.live (js/live/live.js), desk.resync()
 */
import { createLive } from "../live/live.js";
import { createFollowing } from "./state/following.js";

const RESYNC_EVERY = 5000;
const NOT_AGAIN_WITHIN = 10_000; // should the page let in whom the live connection does not

export function install(desk, connect = createLive) {
  const { agentId, config, server, model, clock, connection } = desk, cursors = new Map(), left = new Map();
  let syncedAt = 0, resyncTimer = 0, readyBefore = false, wentOnAt = 0;

  const live = connect({
    urls: config.urls,
    hello: () => ({ locale: config.locale }),
    headers: server.headers,
    cursors,
    left,
    onFrame,
    onState,
    knows: isMe,
    onReset: (reason) => reason === "refused" ? connection.outdated() : goOn(),
    onDigest,
    onGone,
  });
  const following = createFollowing({ model, cursors, left, streams: live.streams });

  /** One browser has one session: somebody else may have signed in while this window had no network. */
  function isMe({ me }) {
    return me.id === agentId;
  }

  function onFrame(frame) {
    desk.take(frame);
    following.check(frame.conversation);
  }

  function onState(name) {
    connection.state(name);
    desk.tell(name === "online" ? "online" : "offline");
  }

  function onReady(frame) {
    clock.sync(frame.now);
    if (readyBefore) resync();
    readyBefore = true;
  }

  function onDigest(frame) {
    if (!isMe(frame)) return desk.tell("signed_out");
    clock.sync(frame.now);
    const { unknown } = desk.take(frame);
    following.prune();
    if (unknown) resync();
  }

  function onGone(id) {
    model.forget(id);
    desk.tell("gone", id);
    desk.refresh(model.everything());
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
      model.asking();
      const fresh = await server.state();
      if (!isMe(fresh)) return desk.tell("signed_out");
      clock.sync(fresh.now);
      desk.load(fresh);
    } catch (error) {
      console.info("the lists are checked again with the next digest", error);
    }
  }

  /** This session is over. Where the agent signed in again, here or in another window, the desk goes on with the new one. */
  async function goOn() {
    const tried = Date.now() - wentOnAt < NOT_AGAIN_WITHIN;
    if (tried || !(await server.stillSignedIn(agentId))) return desk.tell("signed_out");
    wentOnAt = Date.now();
    live.start();
  }

  desk.on("ready", onReady);
  desk.on("loaded", following.adopt);
  desk.on("began", live.start);
  desk.on("signed_out", () => {
    live.sleep();
    connection.signedOut();
  });
  connection.onRetry(() => {
    live.sleep();
    live.start();
  });
  Object.assign(desk, { live, resync });
}

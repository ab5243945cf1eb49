/**
 * The link between a page and the server while it is wanted: one carrier after the other, of the kind that works here.
 *
 *   createLink({
 *     urls, hello, headers, knows, onState, onReset,     // of createLive()
 *     after(),                          // where this page stands
 *     onFrame(frame),
 *     onLost()                          // a carrier is gone; what waits for its answer waits in vain
 *   }) → {
 *     start(), sleep(),
 *     socket(),                         // the carrier, where it can send; else nothing
 *     dropSince(time),                  // gives a carrier up that nothing was heard of since then
 *     refuse(),                         // the session or token is not valid any more
 *     state, mode
 *   }
 */
import { session } from "../base/page.js";
import { createCarrier } from "./carrier.js";
import { backOff } from "./refusal.js";

const FAILURES_ALLOWED = { socket: 2, stream: 1, poll: 2 };
const NEXT_MODE = { socket: "stream", stream: "poll", poll: "socket" };
const DEAD_AFTER = 40_000;
const SILENT_AFTER = 30_000;
const SOCKET_AGAIN = { first: 3000, longest: 300_000 }; // twice as long after each try
const MODE_KEY = "kefu.mode";

export function createLink({ after, onFrame, onLost, onState, onReset, ...server }) {
  const remembered = session.getItem(MODE_KEY);
  const link = { state: "offline", mode: remembered in NEXT_MODE ? remembered : "socket", start, sleep };
  let running = false;
  let carrier = null;
  let failures = 0; // of this mode
  let bare = false; // the server did not understand our cursors: begin without
  let attempt = 0; // since we were last online
  let heardAt = 0;
  let retryTimer, deadTimer, probeTimer;

  function tell(state) {
    link.state = state;
    onState(state, attempt);
  }

  function open(kind, isProbe) {
    // What was refused is not said again: digests tell what there is to fetch.
    const made = createCarrier(kind, { ...server, after: () => bare ? {} : after() }, {
      isMeant: (mine) => isProbe || carrier === mine,
      ready(mine) {
        if (isProbe && !mine.ready) adopt(mine, kind);
        heard();
        if (!mine.ready) cameUp(mine, kind);
      },
      heard,
      receive: onFrame,
      refused,
      down: (mine, why) => carrier === mine && wentDown(mine.ready, why),
      reset: (_, reason) => reset(reason),
    });
    if (!isProbe) carrier = made;
    made.open();
  }

  function adopt(probe, kind) {
    if (carrier) carrier.close();
    carrier = probe;
    link.mode = kind;
  }

  function cameUp(mine, kind) {
    mine.ready = true;
    failures = attempt = 0;
    session.setItem(MODE_KEY, kind);
    clearTimeout(probeTimer);
    if (kind !== "socket") probeSocket(SOCKET_AGAIN.first);
    tell("online");
  }

  /** Whether a network forbids sockets, or was only away when we tried, is seen by trying again. */
  function probeSocket(wait) {
    probeTimer = setTimeout(() => {
      open("socket", true);
      probeSocket(Math.min(2 * wait, SOCKET_AGAIN.longest));
    }, wait * (0.5 + Math.random()));
  }

  /** The same words would be refused by every carrier: once more without cursors, then not again. */
  function refused(mine) {
    if (bare) return reset("refused");
    bare = true;
    if (carrier === mine) wentDown(true, {});
  }

  function reset(reason) {
    sleep();
    onReset(reason);
  }

  function wentDown(wasReady, { delay = null, slow = false }) {
    carrier = null;
    clearTimeout(deadTimer);
    clearTimeout(probeTimer);
    onLost();
    if (!running) return;
    attempt = slow ? Math.max(attempt + 1, 4) : attempt + 1;
    failures = wasReady ? 0 : failures + 1;
    if (failures >= FAILURES_ALLOWED[link.mode]) {
      link.mode = NEXT_MODE[link.mode];
      failures = 0;
    }
    tell(navigator.onLine === false ? "offline" : "connecting");
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, delay === null ? backOff(attempt - 1) : delay);
  }

  function connect() {
    clearTimeout(retryTimer);
    if (running && !carrier) open(link.mode);
  }

  function heard() {
    heardAt = Date.now();
    clearTimeout(deadTimer);
    deadTimer = setTimeout(drop, DEAD_AFTER);
  }

  function drop() {
    if (!carrier) return;
    const wasReady = carrier.ready;
    carrier.close();
    wentDown(wasReady, {});
  }

  /** After sleep, a hidden tab or a lost network: at once, not when the back-off ends. */
  function kick(event) {
    if (!running || (event.type === "visibilitychange" && document.hidden)) return;
    attempt = 0;
    if (carrier && carrier.ready && Date.now() - heardAt > SILENT_AFTER) drop();
    connect();
  }

  [[window, "online"], [window, "pageshow"], [document, "visibilitychange"]].forEach(([target, name]) => {
    target.addEventListener(name, kick);
  });
  window.addEventListener("offline", drop);

  function start() {
    if (running) return;
    running = true;
    attempt = failures = 0;
    bare = false;
    tell("connecting");
    connect();
  }

  function sleep() {
    running = false;
    [retryTimer, deadTimer, probeTimer].forEach(clearTimeout);
    if (carrier) carrier.close();
    carrier = null;
    onLost();
  }

  return Object.assign(link, {
    socket: () => carrier && carrier.ready && carrier.send && carrier,
    dropSince: (time) => heardAt < time && drop(),
    refuse: () => running && reset("auth"),
  });
}

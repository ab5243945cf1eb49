/**
 * The live connection of docs/protocol.md, the same for visitors and agents: WebSocket, then a streamed answer,
 * then long polling; commands over the socket while it is up, otherwise by POST with the same JSON.
 *
 *   createLive({
 *     urls: { socket, command, stream, poll },
 *     hello: () => ({ token }),      // what `hello` carries besides `after` ({} for agents)
 *     headers: () => ({ … }),        // Authorization or X-CSRFToken of every HTTP request
 *     cursors: Map,                  // conversation → last number applied; kept up to date here, newest last
 *     left: Map,                     // of a page that stops following conversations (desk/state/following.js)
 *     whole: false,                  // true: an unknown conversation is fetched from its first event (visitors)
 *     onFrame(frame),                // `ready`, logged events in order and without holes, ephemeral frames
 *     onState(state, attempt),       // "online" | "connecting" | "offline"
 *     knows: (ready) => true,        // false: the server greets somebody else than this page belongs to
 *     onReset(reason),               // "auth": session or token not valid any more; "refused": the server does not
 *                                    //   understand this page; "other": see knows; stopped, start again yourself
 *     onDigest(frame),               // after holes were asked for
 *     onGone(conversation),          // no longer mine (answer of events.fetch)
 *   }) → {
 *     start(), sleep(),              // sleep closes the connection; start opens it again where it stopped
 *     command(frame),                // Promise<ack frame>; rejects with { code, text, permanent, message }
 *     lossy(frame),                // losable: typing, receipt (receipts go by POST when no socket is up)
 *     streams,                       // the numbering (see below)
 *     now(),                         // the server's clock, in milliseconds
 *     state, mode                    // as last told; "socket" | "stream" | "poll"
 *   }
 *   createStreams(…)                 // the numbering alone (see below), for tests
 *   class Refusal                    // what command() rejects with
 */
import { late, newId, session, storable } from "../base/page.js";

const READY_WITHIN = { socket: 4000, stream: 5000, poll: 40_000 };
const FAILURES_ALLOWED = { socket: 2, stream: 1, poll: 2 };
const NEXT_MODE = { socket: "stream", stream: "poll", poll: "socket" };
const DEAD_AFTER = 40_000;
const ACK_WITHIN = 8000;
const SOCKET_AGAIN = { first: 3000, longest: 300_000 }; // twice as long after each try
const MODE_KEY = "kefu.mode";
const MOST_CURSORS = 500; // named to the server at once

/** Why a command was not carried out. `permanent`: repeating it unchanged is useless. */
export class Refusal extends Error {
  constructor(code, text, permanent) {
    super(text || code);
    Object.assign(this, { code, text: text || "", permanent });
  }
}

/**
 * Holds frames back until those before them arrived.
 * `apply(frame)` gets logged events in order; `fetchAfter({conversation: seq})` → Promise<{frames, gone}>.
 */
export function createStreams({ cursors, left = new Map(), whole, apply, fetchAfter, onGone }) {
  const held = new Map(); // conversation → frames that came after a hole
  const goals = new Map(); // conversation → highest number known to exist
  const wanted = new Set();
  let filling = null;

  function take(frame) {
    const { conversation, seq } = frame;
    if (!conversation || !seq) return apply(frame);
    const cursor = cursors.get(conversation) ?? left.get(conversation) ?? (whole ? 0 : seq - 1);
    if (seq <= cursor) return;
    left.delete(conversation);
    if (seq > cursor + 1) {
      if (!cursors.has(conversation)) cursors.set(conversation, cursor);
      return hold(frame);
    }
    move(conversation, seq);
    apply(frame);
    release(conversation);
  }

  /** The newest stand last, so that the oldest are not named where there are too many. */
  function move(conversation, seq) {
    cursors.delete(conversation);
    cursors.set(conversation, seq);
  }

  function hold(frame) {
    const frames = held.get(frame.conversation) || [];
    frames.push(frame);
    held.set(frame.conversation, frames.sort((one, other) => one.seq - other.seq).slice(-200));
    want(frame.conversation, frame.seq);
  }

  function release(conversation) {
    const frames = held.get(conversation) || [];
    held.delete(conversation);
    frames.forEach(take); // what is still after a hole is held again
  }

  function want(conversation, goal) {
    goals.set(conversation, Math.max(goal, goals.get(conversation) || 0));
    wanted.add(conversation);
    if (!filling) filling = fill().finally(() => (filling = null));
    return filling;
  }

  async function fill() {
    await null; // one question for all holes of one burst
    while (wanted.size) {
      const before = {};
      for (const conversation of [...wanted].slice(0, MOST_CURSORS)) {
        before[conversation] = cursors.get(conversation) || 0;
        wanted.delete(conversation);
      }
      let answer;
      try {
        answer = await fetchAfter(before);
      } catch {
        return; // no connection: the next `ready` or digest asks again
      }
      (answer.frames || []).forEach(take);
      (answer.gone || []).forEach(forget);
      Object.keys(before).forEach((conversation) => settle(conversation, before[conversation]));
    }
  }

  /** Asks again while the server has more; jumps over a hole that it cannot fill. */
  function settle(conversation, before) {
    const goal = goals.get(conversation) || 0;
    const cursor = cursors.get(conversation) || 0;
    if (!goal || cursor >= goal) {
      goals.delete(conversation);
      wanted.delete(conversation);
    } else if (cursor > before) wanted.add(conversation);
    else {
      const next = (held.get(conversation) || [])[0];
      cursors.set(conversation, next ? next.seq - 1 : goal);
      wanted.delete(conversation);
      goals.delete(conversation);
      release(conversation);
    }
  }

  function drop(conversation) {
    [cursors, held, goals].forEach((map) => map.delete(conversation));
    wanted.delete(conversation);
  }

  function forget(conversation) {
    drop(conversation);
    onGone(conversation);
  }

  return {
    take,
    drop,
    isHeld: (conversation) => held.has(conversation),
    /** A digest: where the server stands. */
    compare(after) {
      for (const [conversation, seq] of Object.entries(after || {})) {
        const cursor = cursors.get(conversation) ?? left.get(conversation) ?? 0;
        if (cursor >= seq) continue;
        if (left.delete(conversation)) cursors.set(conversation, cursor);
        want(conversation, seq);
      }
    },
  };
}

/** Full jitter: many clients that lost one server do not return at the same moment. */
export const backOff = (attempt, random = Math.random()) =>
  Math.max(100, random * Math.min(30_000, 500 * 2 ** Math.min(attempt, 6)));

function openSocket({ urls, hello, after }, on) {
  const address = new URL(urls.socket, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address, "kefu.v1");
  socket.onopen = () => socket.send(JSON.stringify({ t: "hello", id: newId(), ...hello(), after: after() }));
  socket.onmessage = (event) => on.frame(JSON.parse(event.data));
  socket.onclose = (event) => {
    if (event.code === 4401) on.reset("auth");
    else on.down({ delay: event.code === 1012 ? Number(event.reason) || 0 : null, slow: event.code === 4429 });
  };
  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    close() {
      socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}

const CARRIERS = new URL("./carriers.js", import.meta.url);

/** A module that does not come is a connection that failed: asked for again with the next one. */
const openLate = (kind) => (options, on) => {
  let link = null, isClosed = false;
  late(CARRIERS).then(
    (carriers) => isClosed || (link = carriers[kind](options, on)),
    () => on.down({}),
  );
  return {
    close() {
      isClosed = true;
      if (link) link.close();
    },
  };
};

const OPEN = { socket: openSocket, stream: openLate("stream"), poll: openLate("poll") };

export function createLive(options) {
  const { urls, hello, headers, cursors, onFrame, onState, onReset } = options;
  const ignore = () => {};
  const remembered = session.getItem(MODE_KEY);
  const waiting = new Map(); // id → command whose answer is awaited on the socket
  let mode = remembered in OPEN ? remembered : "socket";
  let state = "offline";
  let running = false;
  let carrier = null; // { close(), send()?, ready }
  let failures = 0; // of this mode
  let bare = false; // the server did not understand our cursors: begin without
  let attempt = 0; // since we were last online
  let clockOffset = 0;
  let heardAt = 0;
  let retryTimer, deadTimer, probeTimer;

  /** What was refused is not said again: digests tell what there is to fetch. */
  const after = () => Object.fromEntries(bare ? [] : [...cursors].slice(-MOST_CURSORS));
  const streams = createStreams({
    cursors,
    left: options.left,
    whole: options.whole,
    apply: onFrame,
    fetchAfter: (wanted) => command({ t: "events.fetch", after: wanted }),
    onGone: options.onGone || ignore,
  });

  function tell(next) {
    state = next;
    onState(state, attempt);
  }

  /** Opens a carrier; `on` belongs to it alone, so that a carrier given up can no longer disturb. */
  function open(kind, { isProbe = false } = {}) {
    const mine = { ready: false };
    const guard = setTimeout(() => on.down({}), READY_WITHIN[kind]);
    const over = () => mine.closed || (!isProbe && carrier !== mine);
    const close = () => {
      mine.closed = true;
      clearTimeout(guard);
      if (mine.link) mine.link.close();
    };
    const on = {
      heard: () => over() || heard(),
      ready() {
        if (over()) return;
        clearTimeout(guard);
        if (isProbe && !mine.ready) adopt(mine, kind);
        heard();
        if (mine.ready) return;
        mine.ready = true;
        cameUp(kind);
      },
      frame(frame) {
        if (over()) return;
        if (frame.t === "error" && frame.code === "bad_frame" && !mine.ready) return on.refused();
        if (frame.t === "ready") {
          if (options.knows && !options.knows(frame)) return on.reset("other"); // before anything unsent goes out
          on.ready();
        }
        heard();
        receive(frame);
      },
      /** The same words would be refused by every carrier: once more without cursors, then not again. */
      refused() {
        if (over()) return;
        if (bare) return on.reset("refused");
        bare = true;
        close();
        if (carrier === mine) wentDown(true, {});
      },
      down(why) {
        if (over()) return;
        close();
        if (carrier === mine) wentDown(mine.ready, why);
      },
      reset(reason) {
        if (over()) return;
        close();
        sleep();
        onReset(reason);
      },
    };
    mine.close = close;
    if (!isProbe) carrier = mine;
    try {
      mine.link = OPEN[kind]({ urls, hello, headers, after }, on);
      mine.send = mine.link.send;
    } catch {
      on.down({}); // a policy that forbids this kind of connection throws at once
    }
  }

  function adopt(probe, kind) {
    if (carrier) carrier.close();
    carrier = probe;
    mode = kind;
  }

  function cameUp(kind) {
    failures = attempt = 0;
    session.setItem(MODE_KEY, kind);
    clearTimeout(probeTimer);
    if (kind !== "socket") probeSocket(SOCKET_AGAIN.first);
    tell("online");
  }

  /** Whether a network forbids sockets, or was only away when we tried, is seen by trying again. */
  function probeSocket(wait) {
    probeTimer = setTimeout(() => {
      open("socket", { isProbe: true });
      probeSocket(Math.min(2 * wait, SOCKET_AGAIN.longest));
    }, wait * (0.5 + Math.random()));
  }

  function wentDown(wasReady, { delay = null, slow = false }) {
    carrier = null;
    clearTimeout(deadTimer);
    clearTimeout(probeTimer);
    [...waiting.values()].forEach(overHttp);
    if (!running) return;
    attempt = slow ? Math.max(attempt + 1, 4) : attempt + 1;
    failures = wasReady ? 0 : failures + 1;
    if (failures >= FAILURES_ALLOWED[mode]) {
      mode = NEXT_MODE[mode];
      failures = 0;
    }
    tell(navigator.onLine === false ? "offline" : "connecting");
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, delay === null ? backOff(attempt - 1) : delay);
  }

  function connect() {
    clearTimeout(retryTimer);
    if (running && !carrier) open(mode);
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

  function receive(frame) {
    if (frame.now) clockOffset = frame.now - Date.now();
    if (waiting.has(frame.id)) return settle(waiting.get(frame.id), frame);
    if (frame.t === "ack" || frame.t === "refused") return; // its command was answered by POST meanwhile
    if (frame.t === "digest") {
      streams.compare(frame.after);
      // Receipts have no number: one that was lost is told again here.
      for (const [conversation, [delivered, read]] of Object.entries(frame.marks || {})) {
        options.onFrame({ t: "receipt", conversation, delivered, read });
      }
      for (const [conversation, position] of Object.entries(frame.positions || {})) {
        options.onFrame({ t: "queue.position", conversation, position });
      }
      if (options.onDigest) options.onDigest(frame);
    } else streams.take(frame);
  }

  function settle(entry, frame) {
    waiting.delete(entry.frame.id);
    clearTimeout(entry.timer);
    if (frame.t === "ack") entry.resolve(frame);
    else entry.reject(new Refusal(frame.code, frame.text, frame.t === "refused" && !frame.retry));
  }

  function overSocket(entry) {
    const sentAt = Date.now();
    waiting.set(entry.frame.id, entry);
    entry.timer = setTimeout(() => {
      overHttp(entry);
      if (heardAt < sentAt) drop(); // not one frame since: the socket is dead, only nobody has told us
    }, ACK_WITHIN);
    carrier.send(entry.frame);
  }

  async function overHttp(entry) {
    waiting.delete(entry.frame.id);
    clearTimeout(entry.timer);
    try {
      const { post } = await late(CARRIERS);
      settle(entry, await post(urls.command, headers, entry.frame, Refusal));
    } catch (error) {
      if (error.code === "auth" && running) {
        sleep();
        onReset("auth");
      }
      entry.reject(error instanceof Refusal ? error : new Refusal("network", "", false));
    }
  }

  /** One character that cannot be stored would make the whole command unreadable. */
  const readable = (frame) =>
    Object.fromEntries(
      Object.entries(frame).map(([name, value]) => [name, typeof value === "string" ? storable(value) : value]),
    );

  function command(frame) {
    return new Promise((resolve, reject) => {
      const entry = { frame: { ...readable(frame), id: frame.id || newId() }, resolve, reject };
      if (carrier && carrier.ready && carrier.send) overSocket(entry);
      else overHttp(entry);
    });
  }

  function lossy(frame) {
    if (carrier && carrier.ready && carrier.send) carrier.send(frame);
    else if (frame.t === "receipt" && state === "online") command(frame).catch(ignore); // a later one says more
  }

  /** After sleep, a hidden tab or a lost network: at once, not when the back-off ends. */
  function kick(event) {
    if (!running || (event.type === "visibilitychange" && document.hidden)) return;
    attempt = 0;
    if (carrier && carrier.ready && Date.now() - heardAt > 30_000) drop();
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
    [...waiting.values()].forEach(overHttp);
  }

  return {
    start,
    sleep,
    command,
    lossy,
    streams,
    now: () => Date.now() + clockOffset,
    get state() {
      return state;
    },
    get mode() {
      return mode;
    },
  };
}

/**
 * One connection to the server, of the kind "socket", "stream" or "poll".
 *
 *   createCarrier(kind, { urls, hello, headers, after, knows }, hooks) → {
 *     ready,                            // the server has greeted us
 *     open(), close(),
 *     send(frame)                       // of sockets alone
 *   }
 *   hooks: { isMeant(carrier), ready(carrier), heard(), receive(frame),
 *            refused(carrier), down(carrier, { delay, slow }), reset(carrier, reason) }     // it is closed by then
 */
import { late, newId } from "../base/page.js";

const READY_WITHIN = { socket: 4000, stream: 5000, poll: 40_000 };

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

/** What one says that was given up disturbs nobody. */
export function createCarrier(kind, options, hooks) {
  const mine = { ready: false, open, close };
  const guard = setTimeout(() => on.down({}), READY_WITHIN[kind]);
  const unlessOver = (act) => (value) => mine.closed || !hooks.isMeant(mine) || act(value);
  const closing = (act) =>
    unlessOver((value) => {
      close();
      act(mine, value);
    });
  const on = {
    heard: unlessOver(hooks.heard),
    ready: unlessOver(() => {
      clearTimeout(guard);
      hooks.ready(mine);
    }),
    frame: unlessOver((frame) => {
      if (frame.t === "error" && frame.code === "bad_frame" && !mine.ready) return on.refused();
      if (frame.t === "ready") {
        if (options.knows && !options.knows(frame)) return on.reset("other"); // before anything unsent goes out
        on.ready();
      }
      hooks.heard();
      hooks.receive(frame);
    }),
    refused: closing(hooks.refused),
    down: closing(hooks.down),
    reset: closing(hooks.reset),
  };

  function open() {
    try {
      mine.link = OPEN[kind](options, on);
      mine.send = mine.link.send;
    } catch {
      on.down({}); // a policy that forbids this kind of connection throws at once
    }
  }

  function close() {
    mine.closed = true;
    clearTimeout(guard);
    if (mine.link) mine.link.close();
  }

  return mine;
}

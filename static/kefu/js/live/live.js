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
 *     command(frame),                // Promise<ack frame>; rejects with a Refusal (refusal.js)
 *     lossy(frame),                  // losable: typing, receipt (receipts go by POST when no socket is up)
 *     streams,                       // the numbering (streams.js)
 *     now(),                         // the server's clock, in milliseconds
 *     state, mode                    // as last told; "socket" | "stream" | "poll"
 *   }
 */
import { createCommands } from "./commands.js";
import { createLink } from "./link.js";
import { createStreams, MOST_CURSORS } from "./streams.js";

/** Receipts and places have no number: what was lost of them a digest tells again. */
const framesOf = ({ marks = {}, positions = {} }) => [
  ...Object.entries(marks).map(([conversation, [delivered, read]]) => ({
    t: "receipt",
    conversation,
    delivered,
    read,
  })),
  ...Object.entries(positions).map(([conversation, position]) => ({ t: "queue.position", conversation, position })),
];

export function createLive(options) {
  const { cursors, onFrame } = options;
  const ignore = () => {};
  let clockOffset = 0;
  const link = createLink({
    ...options,
    after: () => Object.fromEntries([...cursors].slice(-MOST_CURSORS)),
    onFrame: receive,
    onLost: () => commands.repeat(),
  });
  const { start, sleep, socket } = link;
  const commands = createCommands({ ...options, socket, onSilence: link.dropSince, onAuth: link.refuse });
  const { command } = commands;
  const streams = createStreams({
    cursors,
    left: options.left,
    whole: options.whole,
    apply: onFrame,
    fetchAfter: (wanted) => command({ t: "events.fetch", after: wanted }),
    onGone: options.onGone || ignore,
  });

  function receive(frame) {
    if (frame.now) clockOffset = frame.now - Date.now();
    if (commands.answered(frame)) return;
    if (frame.t !== "digest") return streams.take(frame);
    streams.compare(frame.after);
    framesOf(frame).forEach(onFrame);
    if (options.onDigest) options.onDigest(frame);
  }

  function lossy(frame) {
    if (socket()) socket().send(frame);
    else if (frame.t === "receipt" && link.state === "online") command(frame).catch(ignore); // a later one says more
  }

  return {
    start,
    sleep,
    command,
    lossy,
    streams,
    now: () => Date.now() + clockOffset,
    get state() {
      return link.state;
    },
    get mode() {
      return link.mode;
    },
  };
}

/**
 * A visitor's browser with the product's own connection and outbox: writes, reads, ends, reloads.
 *
 *   createVisitor({ name, channel, tell, random }) → { start(), quiet(), report() }
 *     tell(event, facts)    one line of the log that the benchmark reads
 *     quiet()               writes no more; what was written is still sent
 *     report()              what is left over and what the page shows, for the comparison with the tables
 */
import { createStorage, inTab } from "./browser.js";
import { createLive } from "../../../static/kefu/js/live/live.js";
import { backOff } from "../../../static/kefu/js/live/refusal.js";
import { createOutbox } from "../../../static/kefu/js/live/outbox.js";

const WRITE_EVERY = [400, 1600]; // milliseconds
const RELOAD_EVERY = [15_000, 45_000];
const ENDS = 0.02; // of all messages are a good-bye
const urls = { command: "/api/visitor/command", stream: "/api/visitor/stream", poll: "/api/visitor/poll" };

export function createVisitor({ name, channel, tell, random }) {
  const storage = createStorage(), tab = new Map();
  const shown = new Map(); // "conversation:n" → text
  let token = null, page = null, count = 0, writing = false;

  async function requestSession() {
    const answer = await fetch("/api/visitor/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ channel, token: token ?? undefined, locale: "en", timezone: "UTC" }),
    });
    if (!answer.ok) throw new Error(`session: ${answer.status}`);
    return answer.json();
  }

  function show(message) {
    if (message.from === "system") return;
    const key = `${message.conversation}:${message.n}`;
    shown.set(key, message.text);
  }

  /** One load of the page; a reload closes it and makes another one with the same storage. */
  function load() {
    const cursors = new Map(), last = new Map();
    let row = null, closed = false, resets = 0, sessions = 0;

    const live = inTab(tab, () =>
      createLive({
        urls: { ...urls, socket: "/ws/visitor/" },
        hello: () => ({ token, locale: "en" }),
        headers: () => ({ Authorization: `Bearer ${token}` }),
        cursors,
        whole: true,
        onFrame,
        onState,
        onReset: () => setTimeout(begin, backOff(resets++)),
      }));

    const outbox = createOutbox({ key: `outbox.${name}`, area: storage, send, onStatus });

    function onState(state) {
      if (state !== "online") return;
      resets = 0;
      tab.set("kefu.mode", live.mode);
      outbox.pump();
    }

    async function send(item) {
      const conversation = row && row.state !== "ended" ? row.conversation : null;
      const frame = { t: "message.post", conversation, kind: "text", text: item.body.text };
      const answer = await live.command({ ...frame, id: item.cid });
      apply(answer.row);
      show(answer.message);
      return answer.message;
    }

    function onStatus(item) {
      if (closed) return;
      if (item.status === "sent") tell("acked", { by: name, text: item.body.text, mode: live.mode });
      if (item.status === "failed") tell("failed", { by: name, text: item.body.text, why: item.error });
    }

    function onFrame(frame) {
      if (frame.row) apply(frame.row);
      if (frame.t !== "message.posted") return;
      const { conversation, n } = frame.message;
      if (n <= (last.get(conversation) || 0)) tell("disordered", { by: name, text: frame.message.text });
      last.set(conversation, n);
      outbox.seen(frame.message);
      show(frame.message);
    }

    function apply(next) {
      if (!next || (row && row.conversation === next.conversation && next.seq < row.seq)) return;
      if (row && row.conversation !== next.conversation && next.state === "ended") return;
      row = next;
      if (!cursors.has(next.conversation)) cursors.set(next.conversation, 0);
    }

    async function begin() {
      if (closed) return;
      try {
        const start = await requestSession();
        if (closed) return;
        token = start.token;
        cursors.clear();
        row = null;
        if (start.row) {
          cursors.set(start.row.conversation, start.row.seq);
          apply(start.row);
        }
        start.messages.forEach((message) => show(message));
        live.start();
        outbox.pump();
      } catch {
        setTimeout(begin, 500 + backOff(++sessions)); // no network, or a server that starts: as the chat does
      }
    }

    begin();
    return {
      write(text) {
        tell("sent", { by: name, text });
        outbox.add({ body: { text } });
      },
      end() {
        if (!row || row.state === "ended" || outbox.pending().length) return;
        live.command({ t: "conversation.end", conversation: row.conversation }).then((answer) => apply(answer.row))
          .catch((refusal) => tell("refused", { by: name, what: "end", code: refusal.code }));
      },
      close() {
        closed = true;
        live.sleep();
      },
      get left() {
        return outbox.pending().map((item) => item.body.text);
      },
      get state() {
        return live.state;
      },
    };
  }

  function turn() {
    if (!writing) return;
    if (random() < ENDS) page.end();
    else page.write(`${name}-${++count}`);
    setTimeout(turn, between(random, WRITE_EVERY));
  }

  function reload() {
    if (!writing) return;
    page.close();
    page = load();
    setTimeout(reload, between(random, RELOAD_EVERY));
  }

  return {
    start() {
      writing = true;
      page = load();
      setTimeout(turn, between(random, WRITE_EVERY));
      setTimeout(reload, between(random, RELOAD_EVERY));
    },
    quiet: () => writing = false,
    report: () => ({ name, state: page.state, left: page.left, shown: Object.fromEntries(shown) }),
  };
}

export const between = (random, [least, most]) => least + random() * (most - least);

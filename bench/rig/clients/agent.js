/**
 * An agent's desk with the product's own connection, outbox and model: answers, ends, keeps its lists true.
 *
 *   createAgent({ name, cookies, csrf, tell, random }) → { start(), quiet(), report() }   (see visitor.js)
 */
import { createPage, createStorage, inTab } from "./browser.js";
import { createLive } from "../../../static/kefu/js/live/live.js";
import { createOutbox } from "../../../static/kefu/js/live/outbox.js";
import { createFollowing } from "../../../static/kefu/js/desk/state/following.js";
import { createModel } from "../../../static/kefu/js/desk/state/model.js";
import { createTranscripts } from "../../../static/kefu/js/desk/state/transcripts.js";
import { between } from "./visitor.js";

const ANSWER_AFTER = [200, 1200]; // milliseconds
const ANSWERS = 0.7; // of all customers' messages get an answer
const ENDS = 0.08; // of all answers are the last one
const RESYNC_EVERY = 5000;

export function createAgent({ name, cookies, csrf, tell, random }) {
  const page = createPage(cookies), storage = createStorage();
  const model = createModel(), cursors = new Map(), left = new Map(), last = new Map();
  let count = 0, writing = false, syncedAt = 0, resyncTimer = 0, readyBefore = false;
  const headers = () => ({ ...page.headers, "X-CSRFToken": csrf });

  const live = inTab(new Map(), () =>
    createLive({
      urls: {
        socket: page.address("/ws/desk/"),
        command: "/api/desk/command",
        stream: "/api/desk/stream",
        poll: "/api/desk/poll",
      },
      hello: () => ({ locale: "en" }),
      headers,
      cursors,
      left,
      onFrame,
      onState: (state) => state === "online" && outbox.pump(),
      onReset: (reason) => tell("reset", { by: name, reason }),
      onDigest,
      onGone(id) {
        model.forget(id);
        transcripts.forget(id);
      },
    }));
  const following = createFollowing({ model, cursors, left, streams: live.streams });
  const transcripts = createTranscripts({ fetchPage });

  const outbox = createOutbox({ key: `outbox.${name}`, area: storage, send, onStatus });

  async function send(item) {
    const frame = { t: "message.post", conversation: item.conversation, kind: "text", text: item.body.text };
    const answer = await live.command({ ...frame, id: item.cid });
    model.put(answer.row);
    transcripts.message(answer.message);
    return answer.message;
  }

  function onStatus(item) {
    if (item.status === "sent") tell("acked", { by: name, text: item.body.text, mode: live.mode });
    // A conversation that ended, or went to a colleague, while the answer was written: refused, and told to the agent.
    if (item.status === "failed") tell("failed", { by: name, text: item.body.text, why: item.error });
  }

  function onFrame(frame) {
    if (frame.t === "ready") {
      model.apply(frame);
      if (readyBefore) resync();
      readyBefore = true;
      return;
    }
    const before = model.row(frame.conversation);
    const change = model.apply(frame);
    const row = model.row(frame.conversation);
    if (frame.t === "message.posted") onMessage(frame.message, row);
    if (row?.mine && row.state === "active" && !before?.mine) open(row.conversation);
    following.check(frame.conversation);
    if (change.unknown) resync();
  }

  function onDigest(frame) {
    const change = model.apply(frame);
    following.prune();
    if (change.unknown) resync();
  }

  function onMessage(message, row) {
    const { conversation, n } = message;
    if (n <= (last.get(conversation) || 0)) tell("disordered", { by: name, text: message.text });
    last.set(conversation, n);
    outbox.seen(message);
    transcripts.message(message);
    if (message.from === "customer" && row?.mine && random() < ANSWERS) answerSoon(conversation);
  }

  async function fetchPage(conversation, before) {
    const url = `/api/desk/conversations/${conversation}/messages`;
    const answer = await fetch(before === null ? url : `${url}?before=${before}`, { headers: headers() });
    if (!answer.ok) throw new Error(`messages: ${answer.status}`);
    return answer.json();
  }

  /** The thread of a conversation that has just become mine: the agent looks, and looks again where it did not open. */
  async function open(conversation) {
    while (model.row(conversation)?.mine) {
      try {
        await transcripts.load(conversation);
        return answerSoon(conversation);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** What the pane would show of each conversation that is mine, scrolled up to its beginning; less where a page does not
   * come, as in front of an agent. */
  async function threads(active) {
    const shown = {}, nothing = () => ({ messages: [] });
    for (const id of active) {
      let page = await transcripts.load(id).catch(nothing);
      const messages = [...page.messages];
      while (page.more) {
        page = await transcripts.older(id, page.messages[0].n).catch(nothing);
        messages.push(...page.messages);
      }
      for (const { n, from, text } of messages) if (from !== "system") shown[`${id}:${n}`] = text;
    }
    return shown;
  }

  function answerSoon(conversation) {
    setTimeout(() => {
      const row = model.row(conversation);
      if (!writing || !row?.mine || row.state !== "active") return;
      const text = `${name}-${++count}`;
      tell("sent", { by: name, text });
      outbox.add({ conversation, body: { text } });
      if (random() < ENDS) setTimeout(() => end(conversation), 300);
    }, between(random, ANSWER_AFTER));
  }

  function end(conversation) {
    if (!writing || outbox.pending(conversation).length) return;
    live.command({ t: "conversation.end", conversation }).then((answer) => model.put(answer.row))
      .catch((refusal) => tell("refused", { by: name, what: "end", code: refusal.code }));
  }

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
      adopt(await state());
    } catch {
      // the next digest shows it again
    }
  }

  async function state() {
    model.asking();
    const answer = await fetch("/api/desk/state", { headers: headers() });
    if (!answer.ok) throw new Error(`state: ${answer.status}`);
    return answer.json();
  }

  function adopt(fresh) {
    const mine = new Set(model.active().map((row) => row.conversation));
    model.load(fresh);
    following.adopt();
    for (const row of model.active()) if (!mine.has(row.conversation)) open(row.conversation);
  }

  async function start() {
    try {
      adopt(await state());
      writing = true;
      live.start();
    } catch {
      setTimeout(start, 500);
    }
  }

  return {
    start,
    quiet: () => writing = false,
    async report() {
      const active = model.active().map((row) => row.conversation);
      const left = outbox.pending().map((item) => item.body.text);
      return { name, state: live.state, left, active, shown: await threads(active) };
    },
  };
}

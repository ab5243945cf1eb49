import assert from "node:assert/strict";
import { createStreams } from "../../../../static/kefu/js/live/streams.js";
import { createFollowing } from "../../../../static/kefu/js/desk/state/following.js";
import { createModel } from "../../../../static/kefu/js/desk/state/model.js";

const bob = { id: "bob", name: "Bob", number: "1002", status: "online", reason: "", since: 0, load: 0, cap: 10 };
const dave = { ...bob, id: "dave", name: "Dave", number: "1003" };

function row(conversation, seq, state, agent = null) {
  const times = { opened_at: seq, queued_at: seq, assigned_at: null, ended_at: null, waiting_since: null };
  return { conversation, seq, state, agent, unread: 0, delivered: 0, read: 0, ...times };
}

/** What the desk does with frames, without its screen. */
function desk(rows = [], queue = []) {
  const model = createModel(), cursors = new Map(), left = new Map();
  const streams = createStreams({
    cursors,
    left,
    apply(frame) {
      model.apply(frame);
      following.check(frame.conversation);
    },
    fetchAfter: () => Promise.resolve({ frames: [], gone: [] }),
    onGone: model.forget,
  });
  const following = createFollowing({ model, cursors, left, streams });
  const load = (mine, waiting) => {
    model.load({ me: bob, rows: mine, queue: waiting, colleagues: [dave] });
    following.adopt();
  };
  load(rows, queue);
  return { model, cursors, following, load, hear: streams.take };
}

const told = (name, one) => ({ t: name, conversation: one.conversation, seq: one.seq, row: one });
const names = (cursors) => [...cursors.keys()].sort();

Deno.test("after two thousand conversations only mine and the waiting ones are asked about", () => {
  const one = desk();
  for (let n = 0; n < 2000; n++) {
    const id = `c${n}x`;
    one.hear(told("conversation.queued", row(id, 2, "queued")));
    if (n >= 1990) continue; // these still wait
    if (n % 200 === 0) {
      one.hear(told("conversation.assigned", row(id, 3, "active", bob)));
      if (n > 1000) one.hear(told("conversation.ended", row(id, 4, "ended", bob)));
    }
    one.hear({ t: "queue.left", conversation: id });
  }
  const mine = one.model.active().map((each) => each.conversation);
  assert.equal(mine.length, 6);
  assert.equal(one.model.waiting().length, 10);
  assert.deepEqual(names(one.cursors), [...mine, ...one.model.waiting().map((each) => each.conversation)].sort());
});

Deno.test("a conversation that ended, or went to a colleague, is not asked about any more", () => {
  const one = desk([row("a", 1, "active", bob), row("b", 1, "active", bob)], [row("w", 1, "queued")]);
  one.hear(told("conversation.ended", row("a", 2, "ended", bob)));
  one.hear(told("conversation.transferred", row("b", 2, "active", dave)));
  assert.deepEqual(names(one.cursors), ["w"]);
});

Deno.test("a whole state and a digest take away what they do not name", () => {
  const one = desk([row("a", 1, "active", bob)], [row("w", 1, "queued"), row("v", 1, "queued")]);
  one.model.apply({ t: "digest", me: bob, queue: ["w"], after: { a: 1, w: 1 } });
  one.following.prune();
  assert.deepEqual(names(one.cursors), ["a", "w"]);
  one.load([], [row("w", 1, "queued")]);
  assert.deepEqual(names(one.cursors), ["w"]);
});

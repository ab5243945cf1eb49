import { openPage } from "../stand_ins/page.js";
import { createFormats } from "../../../static/kefu/js/base/page.js";
import { createReceipts } from "../../../static/kefu/chat/receipts.js";
import { createState } from "../../../static/kefu/chat/state.js";
import { createUnread } from "../../../static/kefu/chat/unread.js";
import { createView } from "../../../static/kefu/chat/view.js";
import assert from "node:assert/strict";

const equal = assert.deepEqual;
const NOON = new Date(2026, 4, 20, 12).getTime();
const row = (conversation, seq, more = {}) => ({ conversation, seq, state: "serving", agent: { name: "Li" }, ...more });

Deno.test("an older word about a conversation does not undo a newer one", () => {
  const state = createState("Tea");
  equal([state.apply(row("one", 3)), state.apply(row("one", 2, { state: "queued" }))], [true, false]);
  equal(state.row.state, "serving");
  equal(state.apply(row("zero", 9, { state: "ended" })), false, "an old conversation's end is told late");
  equal(state.apply(row("two", 1, { state: "queued" })), true);
  equal([state.isLatest("two"), state.isLatest("one"), state.isOver()], [true, false, false]);
  state.apply(row("two", 2, { state: "ended" }));
  equal(state.isOver(), true);
});

Deno.test("an answer to a command does not tell the place in the queue, and takes none away", () => {
  const state = createState("Tea");
  state.apply(row("one", 1, { state: "queued", position: 3, agent: null }));
  state.apply(row("one", 2, { state: "queued", agent: null }));
  equal(state.row.position, 3);
  state.setAway(true); // nobody is there who could be
  state.apply(row("one", 3));
  state.setAway(true);
  equal([state.row.position, state.row.agent.away], [undefined, true]);
});

/** What the head says of a desk and a conversation. */
function head(desk, latest = null) {
  const page = openPage("widget/chat/chat.html"), state = createState("Tea");
  Object.assign(state, { desk, row: latest });
  const t = (key, { when, position, name } = {}) => [key, when ?? position ?? name].filter(Boolean).join(" ");
  const view = createView({ state, t, formats: createFormats("en"), now: () => NOON });
  view.show();
  return { page, view, state, said: page.$("#state").textContent };
}

Deno.test("the head says who would answer, or when somebody comes", () => {
  const at = NOON + 3600e3;
  equal(head({ open: true, there: true }).said, "there");
  equal(head({ open: true, there: false }).said, "away");
  equal(head({ open: false, opens: at, there: true }).said, "closed 13:00");
  equal(head({ open: false, opens: NOON - 1, there: true }).said, "there", "it has opened since");
  equal(head({ open: false, opens: null, there: true }).said, "away");
  equal(head(null).said, "");
});

Deno.test("who waits at night is told when somebody comes, and no place that does not move", () => {
  const waiting = row("one", 1, { state: "queued", agent: null, position: 2 });
  equal(head({ open: true, there: true }, waiting).said, "position 2");
  equal(head({ open: true, there: false }, waiting).said, "kept 2");
  equal(head({ open: false, opens: NOON + 3600e3, there: true }, waiting).said, "received 13:00");
});

Deno.test("an agent stands by name, here or away, and can be left until it is over", () => {
  const { page, said, state, view } = head({ open: true, there: true }, row("one", 1));
  equal([said, page.$("#end").hidden], ["serving Li", false]);
  state.setAway(true);
  view.show();
  equal(page.$("#state").textContent, "gone Li");
  page.$("#ending").hidden = false;
  state.apply(row("one", 2, { state: "ended" }));
  view.show();
  equal([page.$("#end").hidden, page.$("#ending").hidden, page.$("#state").textContent], [true, true, "there"]);
});

Deno.test("whoever types is named, and banner and problem say one thing each", () => {
  const { page, view } = head({ open: true, there: true });
  view.typing(true);
  equal([page.$("#typing").hidden, page.$("#typing").textContent], [false, "typing Tea"]);
  view.typing(true, "Li");
  equal(page.$("#typing").textContent, "typing Li");
  view.typing(false);
  equal(page.$("#typing").hidden, true);
  view.banner("no network");
  view.problem("too large");
  equal([page.$("#banner").hidden, page.$("#problem").textContent], [false, "too large"]);
  view.banner("");
  equal([page.$("#banner").hidden, page.$("#problem").textContent], [true, "too large"]);
});

function counting({ seen, isLooking = false } = {}) {
  openPage("widget/chat/chat.html");
  const told = [], host = { saved: { seen }, tell: (_, count) => told.push(count) };
  return { unread: createUnread({ host, isLooking: () => isLooking }), told };
}
const message = (n, from = "agent", conversation = "one") => ({ conversation, n, from });
const messages = [message(1, "customer"), message(2), message(3), message(4, "customer"), message(5)];

Deno.test("after a reload what came since the last look is unread, and never what one wrote oneself", () => {
  for (const [seen, count] of [[["one", 2], 2], [["one", 5], 0], [["zero", 9], 3], [undefined, 3]]) {
    const { unread, told } = counting({ seen });
    unread.count(messages, { conversation: "one" });
    equal(told, [count], JSON.stringify(seen));
  }
  const { unread, told } = counting({ isLooking: true });
  unread.count(messages, { conversation: "one" });
  equal(told, [0]);
});

Deno.test("what another tab showed is read here, up to there", () => {
  const { unread, told } = counting();
  for (const n of [2, 3, 5]) unread.add(message(n));
  unread.seenElsewhere(["one", 3]);
  unread.seenElsewhere(["two", 9]);
  unread.seenElsewhere([]);
  unread.none();
  equal(told, [1, 2, 3, 1, 0]);
});

Deno.test("receipts are told in one word, only while somebody hears them, and again when the connection is back", async () => {
  const sent = [], live = { state: "online", lossy: ({ delivered, read }) => sent.push([delivered, read]) };
  const receipts = createReceipts(live);
  receipts.tell("one", { delivered: 1 });
  receipts.tell("one", { delivered: 2, read: 2 });
  await new Promise((resolve) => setTimeout(resolve, 250));
  equal(sent, [[2, 2]]);
  live.state = "offline";
  receipts.all();
  equal(sent.length, 1);
  live.state = "online";
  receipts.all();
  equal(sent, [[2, 2], [2, 2]]);
});

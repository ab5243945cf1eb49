import { openPage } from "../stand_ins/page.js";
import { createFormats } from "../../../static/kefu/js/base/page.js";
import { createFrames } from "../../../static/kefu/chat/frames.js";
import { createState } from "../../../static/kefu/chat/state.js";
import { createView } from "../../../static/kefu/chat/view.js";
import { createThread } from "../../../static/kefu/js/thread/thread.js";
import { chatTexts } from "../stand_ins/texts.js";
import assert from "node:assert/strict";

const NOW = new Date(2026, 4, 20, 12).getTime();
const row = (seq, more) => ({ conversation: "one", seq, state: "active", agent: { name: "Li" }, ...more });
const line = (seq, say) => ({ conversation: "one", seq, after: 1, at: NOW, say });
const event = (seq, more) => ({ t: "conversation.reviewed", conversation: "one", seq, row: row(seq), ...more });

/** The chat's frames, head and thread, as they were opened before the server became a newer one. */
function open() {
  const page = openPage("widget/chat/chat.html"), t = chatTexts(), formats = createFormats("en");
  const state = Object.assign(createState("Tea"), { desk: { open: true, there: true } });
  const ignore = () => {}, live = { now: () => NOW };
  const chat = { t, state, formats, cursors: new Map(), receipts: { tell: ignore }, unread: { add: ignore } };
  Object.assign(chat, {
    view: createView({ state, t, formats, now: live.now }),
    host: { save: ignore, tell: ignore },
    outbox: { seen: ignore, pending: () => [] },
    isLooking: () => true,
    thread: createThread({
      box: page.$("#log"),
      me: "customer",
      recalls: [],
      t,
      formats,
      author: ({ name }) => name || state.face.name,
      isLooking: () => false,
    }),
  });
  const said = (selector) => page.all(`#log ${selector}`).map((node) => node.textContent);
  return { page, said, ...createFrames(chat) };
}
const isClean = () => assert.doesNotMatch(document.documentElement.textContent, /undefined|null|NaN|%\(|object Object/);

Deno.test("a line that the page does not know is none, whatever else is called like it", () => {
  const { onFrame, said } = open();
  onFrame(event(1, { line: line(1, { key: "reviewed", names: {} }) }));
  onFrame(event(2, { line: line(2, { key: "joined", names: { who: "Li" } }) }));
  onFrame(event(3, { line: line(3, { key: "away", names: {} }) })); // a text of the chat's own
  onFrame(event(4, { line: line(4, undefined) }));
  onFrame(event(5, { line: line(5, { key: "joined", names: { agent: "Li" } }) }));
  assert.deepEqual(said(".line p"), ["Li joined the conversation"]);
  isClean();
});

Deno.test("a state, a kind and an author of a newer server are shown by what is known of them", () => {
  const { onFrame, page, said } = open();
  onFrame(event(1, { row: row(1, { state: "paused", agent: null }) }));
  assert.equal(page.$("#state").textContent, "We are online");
  const message = { conversation: "one", n: 2, from: "robot", name: "", kind: "song", text: "La la", at: NOW };
  onFrame({ t: "message.posted", conversation: "one", seq: 2, message });
  onFrame({ t: "weather", conversation: "one", sunny: true });
  onFrame({ t: "typing", conversation: "one", on: true });
  onFrame({ t: "queue.position", conversation: "one" });
  assert.deepEqual([said(".bubble"), said(".author")], [["La la"], ["Tea"]]);
  isClean();
});

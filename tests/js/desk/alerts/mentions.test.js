import assert from "node:assert/strict";
import { NOW, openDesk, row, settled } from "../../stand_ins/desk.js";

/** The desk looks at a conversation while a note in it names its agent. */
async function told(conversation) {
  const all = openDesk({ mentions: { notes: [], mark: 1 } }),
    theirs = row("theirs", { agent: { id: "dave", name: "Dave" } });
  const note = {
    conversation,
    n: 3,
    by: "Dave",
    text: "Look @Bob",
    at: NOW,
    row: conversation === "one" ? row("one") : theirs,
  };
  all.desk.alerts = { mention() {} };
  all.desk.model.visit(theirs);
  all.page.goTo(`#c-${conversation}`);
  await settled();
  all.desk.server.mentions = () => Promise.resolve({ notes: [note], mark: 2 });
  all.desk.take({ t: "mentions.changed" });
  await settled();
  return { ...all, seen: () => all.sent.filter(({ t }) => t === "mentions.see").length };
}

Deno.test("a note that comes into a conversation of mine is seen where it stands", async () => {
  const { seen, toasts } = await told("one");
  assert.deepEqual([seen(), toasts], [1, []]);
});

Deno.test("one that comes into a colleague's conversation that is only read is told, and seen when it is gone to", async () => {
  const { desk, page, seen, toasts } = await told("theirs");
  assert.equal(seen(), 0);
  assert.match(toasts[0], /^handed_note/);
  assert.equal(page.$("#mention-menu").hidden, false);
  desk.server.pageAt = () => Promise.resolve({ at: null });
  page.click(".mention-note");
  await settled();
  await settled();
  assert.equal(seen(), 1);
});

import { openDesk, row } from "../../stand_ins/desk.js";
import { addressOf } from "../../stand_ins/examples.js";
import assert from "node:assert/strict";

Deno.test("the feature that docs/adding.md shows sends its command for the conversation that I hold, and a refusal is said", async () => {
  const { install } = await import(addressOf("static/kefu/js/desk/conversation/helping.js"));
  const { desk, page, sent, toasts } = openDesk();
  const button = Object.assign(document.createElement("button"), { id: "ask-button" });
  page.$(".pane-head").append(button);
  install(desk);
  page.goTo("#c-one");
  assert.equal(button.hidden, false);
  desk.answers["conversation.ask_for_help"] = () => {
    throw { code: "not_yours", text: "Another agent has this conversation now." };
  };
  page.click(button);
  assert.deepEqual(sent, [{ t: "conversation.ask_for_help", conversation: "one" }]);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(toasts, ["Another agent has this conversation now."]);
  desk.take({ t: "conversation.ended", conversation: "one", row: row("one", { seq: 2, state: "ended", end: null }) });
  assert.equal(button.hidden, true);
});

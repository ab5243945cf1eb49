import assert from "node:assert/strict";
import { openDesk, settled } from "../../stand_ins/desk.js";
import { install } from "../../../../static/kefu/js/desk/customer/tool_panels.js";

Deno.test("panels that could not be asked for are told of, and come by a button", async () => {
  const { desk, page } = openDesk();
  let fails = true;
  desk.server.tools = () => fails ? Promise.reject(new Error("no network")) : Promise.resolve({ tools: [] });
  await install(desk).show("one");
  assert.match(page.$("#tool-panels").textContent, /^tools_failed/);
  fails = false;
  page.click("#tool-panels button");
  await settled();
  assert.equal(page.$("#tool-panels").textContent, "");
});

import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";
import { watchWaiting } from "../../../static/kefu/js/console/waiting.js";

/** A server, a clock and a tab that do what the test says. */
let numbers = {}, asked = 0, next = null, online = true;
Object.assign(globalThis, {
  fetch: (address) => {
    asked++;
    assert.equal(address, "/console/waiting/");
    return online
      ? Promise.resolve({ ok: true, json: () => Promise.resolve(numbers) })
      : Promise.reject(new TypeError("no network"));
  },
  setTimeout: (act, after) => (next = { act, after }) && 1,
  clearTimeout: () => (next = null),
});
const page = openPage("console/_rail.html");
const [badge] = page.all("[data-waiting]");
badge.setAttribute("data-waiting", "workbench:desk");
badge.replaceChildren("2");
const all = document.createElement("span");
all.setAttribute("data-waiting", "");
document.body.append(all);
document.title = "History · kefu";
watchWaiting({ address: "/console/waiting/", words: "waiting in the queue" });
const shown = () => [badge.hidden, badge.textContent, all.hidden, document.title];

Deno.test("what came with the page stands in the title and on the button of the rail, without a question", () => {
  assert.deepEqual(shown(), [false, "2 waiting in the queue", false, "(2) History · kefu"]);
  assert.deepEqual([asked, next.after], [0, 20_000]);
});

Deno.test("every 20 seconds the server says how many, and none is no number", async () => {
  numbers = { "workbench:desk": 3, "stats:monitor": 11 };
  await next.act();
  assert.deepEqual(shown(), [false, "3 waiting in the queue", false, "(11) History · kefu"]);
  numbers = { "workbench:desk": 0, "stats:monitor": 0 };
  await next.act();
  assert.deepEqual(shown(), [true, "", true, "History · kefu"]);
});

Deno.test("without an answer the last number stays, and it is asked again", async () => {
  numbers = { "workbench:desk": 1 };
  await next.act();
  online = false;
  await next.act();
  assert.deepEqual([badge.textContent, next.after], ["1 waiting in the queue", 20_000]);
  online = true;
});

Deno.test("nobody asks while nobody looks; who comes back is told at once", async () => {
  document.hidden = true;
  const before = asked;
  await next.act();
  assert.deepEqual([asked, next], [before, null]);
  document.hidden = false;
  numbers = { "workbench:desk": 4 };
  page.fire(document, "visibilitychange");
  await new Promise((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
  assert.equal(asked, before + 1);
});

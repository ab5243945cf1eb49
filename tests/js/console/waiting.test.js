import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";
import { watchWaiting } from "../../../static/kefu/js/console/waiting.js";

/** A server, a clock, a tab, its loudspeaker and another tab that do what the test says. */
let numbers = {}, asked = 0, next = null, online = true, tones = 0, other = null;
const told = [];
class Tone {
  connect = (to) => to;
  frequency = {};
  gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  start = () => tones++;
  stop() {}
}
Object.assign(globalThis, {
  AudioContext: class {
    state = "suspended";
    currentTime = 0;
    createOscillator = () => new Tone();
    createGain = () => new Tone();
    addEventListener() {}
    resume() {
      this.state = "running";
      return Promise.resolve();
    }
  },
  BroadcastChannel: class {
    constructor(name) {
      other = { name, say: (data) => this.onmessage({ data }) };
    }
    postMessage = ({ say }) => say && told.push(say);
  },
  setInterval: () => 0,
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
const page = openPage("console/base.html");
window.BroadcastChannel = BroadcastChannel;
const badge = page.$(".rail [data-waiting]");
badge.setAttribute("data-waiting", "workbench:desk");
badge.replaceChildren("2");
const all = page.$(".top [data-waiting]"), bell = page.$("#waiting-bell-switch");
document.title = "History · kefu";
watchWaiting({ address: "/console/waiting/", words: "waiting in the queue", agent: "alice" });
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

const waits = async (number) => {
  const before = tones;
  numbers = { "workbench:desk": number };
  await next.act();
  return tones > before;
};

Deno.test("nothing sounds before somebody turns it on, who hears at once what it is like", async () => {
  assert.deepEqual([page.$("#waiting-bell").hidden, bell.checked, await waits(5), other], [false, false, false, null]);
  page.fire(bell, "change", { target: Object.assign(bell, { checked: true }) });
  await new Promise((done) => queueMicrotask(() => queueMicrotask(done)));
  assert.equal(tones > 0, true);
  assert.deepEqual(JSON.parse(localStorage.getItem("kefu.console.alice")), { waiting: true });
});

Deno.test("a tone says that more wait than before, also to who looks elsewhere; fewer are no news", async () => {
  assert.deepEqual([await waits(5), await waits(6), await waits(2)], [false, true, false]);
  document.hidden = true;
  assert.deepEqual([await waits(3), next.after], [true, 20_000]);
  assert.deepEqual(told.at(-1), { "workbench:desk": 3 });
});

Deno.test("of several tabs one asks and sounds, and tells the others, which are silent", async () => {
  other.say({ id: "0", visible: true, beat: true }); // looked at, while this one is not
  const before = asked;
  assert.deepEqual([await waits(9), asked, next.after], [false, before, 20_000]);
  other.say({ id: "0", visible: true, say: { "workbench:desk": 9 } });
  assert.deepEqual(shown(), [false, "9 waiting in the queue", false, "(9) History · kefu"]);
  document.hidden = false;
  assert.equal(await waits(9), false); // it was told of before
  other.say({ id: "0", gone: true });
});

Deno.test("of two tabs that are looked at the leader sounds, whichever asked first", async () => {
  const before = tones;
  other.say({ id: "zz", visible: true, say: { "workbench:desk": 11 } });
  assert.equal(tones > before, true);
  assert.equal(await waits(11), false); // it sounded for it already
  other.say({ id: "zz", gone: true });
});

const turnElsewhere = async (waiting) => {
  localStorage.setItem("kefu.console.alice", JSON.stringify({ waiting }));
  for (const listener of window.listeners.get("storage")) listener({ key: "kefu.console.alice" });
  await new Promise((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
};

Deno.test("turned off it is silent, in every tab", async () => {
  await turnElsewhere(false);
  assert.deepEqual([bell.checked, await waits(12)], [false, false]);
});

Deno.test("a tab that nobody looks at asks again as soon as it is turned on in another", async () => {
  document.hidden = true;
  await next.act();
  assert.equal(next, null);
  await turnElsewhere(true);
  assert.deepEqual([bell.checked, next.after, await waits(13)], [true, 20_000, true]);
});

import assert from "node:assert/strict";
import { openPage } from "../stand_ins/page.js";

const NOW = Date.now(), DAY = "2026-11-30";
const TILES = ["waiting", "active", "away", "today", "first_response", "status-online", "status-offline"];
const texts = {
  longest: "longest %(span)s",
  nobody: "nobody waits",
  counted: "over %(n)s",
  live: "live",
  polled: "polled",
  lost: "lost",
  age: "%(ago)s ago",
  online: "Online",
  offline: "Offline",
};
const durations = {
  days: "%(n)sd",
  hours: "%(n)sh",
  minutes: "%(n)sm",
  seconds: "%(n)ss",
  two: "%(larger)s %(smaller)s",
};
const listed = (filters) => `/console/conversations/?${filters}`;
const links = {
  load: listed("state=active&holder=AGENT"),
  owed: listed("state=active&holder=AGENT&owed=yes"),
  conversations: listed("from=DAY&to=DAY&agent=AGENT&asked=yes"),
  first_response: listed("from=DAY&to=DAY&agent=AGENT&replied_by=AGENT"),
};
const config = { durations, links, slow: 60_000, very_slow: 180_000 };

/** Sockets and timers that do what the test says. */
const sockets = [], timers = new Map();
let polls = 0, clock = NOW, timer = 0;
Object.assign(globalThis, {
  WebSocket: class {
    constructor(address) {
      Object.assign(this, { address: String(address), sent: [] });
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
  },
  setInterval: (act, every) => timers.set(++timer, { act, every }) && timer,
  setTimeout: (act, after) => timers.set(++timer, { act, after }) && timer,
  clearTimeout: (id) => timers.delete(id),
});
Date.now = () => clock;

const page = openPage("stats/monitor/monitor.html");
Object.assign(location, { href: "http://kefu.example/stats/monitor/", reload: () => (location.reloaded = true) });
page.$("#monitor").setAttribute("data-now", NOW);
page.$("#monitor").addEventListener("kefu:poll", () => polls++);
page.$("#monitor-agents").replaceChildren();
page.$("#monitor-groups").replaceChildren();
const board = page.$(".monitor-tiles"), pattern = page.$("[data-tile]");
for (const name of TILES) {
  const tile = pattern.cloneNode();
  tile.setAttribute("data-tile", name);
  tile.querySelector("a").setAttribute("href", "http://kefu.example/history/?from=2026-11-29&to=2026-11-29&state=all");
  board.append(tile);
}
pattern.remove();
/** A loop of a template stands once, and without the values that the server gives it. */
const blank = page.$("#monitor-agent").content, figure = blank.querySelectorAll("[data-link]").at(-1);
figure.parentNode.after(figure.parentNode.cloneNode());
blank.querySelectorAll("[data-link]").forEach((number, at) => {
  for (const place of ["data-link", "data-cell"]) number.setAttribute(place, Object.keys(links)[at]);
  number.setAttribute("data-unit", at === 3 ? "seconds" : "count");
  number.nextElementSibling?.remove(); // what stands there for who may not follow it
});
for (const [id, value] of [["monitor-texts", texts], ["monitor-config", config]]) {
  const script = document.createElement("script");
  script.setAttribute("id", id);
  script.append(JSON.stringify(value));
  document.body.append(script);
}
await import("../../../static/kefu/js/pages/monitor.js");

const tile = (name) => page.$(`[data-tile="${name}"] .tile`);
const shows = (name) => tile(name).querySelector("[data-value]").textContent;
const note = (name) => tile(name).querySelector(".tile-note").textContent;
const say = (frame) => sockets.at(-1).onmessage({ data: JSON.stringify({ now: clock, ...frame }) });
const passes = (milliseconds) => {
  clock += milliseconds;
  for (const { act, every } of [...timers.values()]) if (every === 1000) act();
};
const ring = (after) => {
  for (const [id, one] of [...timers]) {
    if (!after(one)) continue;
    timers.delete(id);
    one.act();
  }
};

const agent = (id, more = {}) => ({
  id,
  name: id,
  number: "1",
  status: "online",
  since: NOW - 60_000,
  load: 1,
  cap: 10,
  nearly: 8,
  owed: 0,
  owed_since: null,
  today: { conversations: 0, first_response: null },
  ...more,
});
const snapshot = (more = {}) => ({
  waiting: { n: 0, since: null },
  active: 3,
  away: 0,
  today: 7,
  first_response: { ms: 75_000, n: 5 },
  statuses: { online: 2, offline: 1 },
  day: DAY,
  groups: [],
  agents: [],
  ...more,
});

Deno.test("the socket greets, and the first snapshot fills the tiles", () => {
  const [socket] = sockets;
  assert.equal(socket.address, "ws://kefu.example/ws/monitor/");
  socket.onopen();
  assert.deepEqual([socket.sent[0].t, socket.sent[0].after], ["hello", {}]);
  say({ t: "ready", monitor: snapshot() });
  assert.deepEqual(["active", "away", "today", "first_response"].map(shows), ["3", "0", "7", "1m 15s"]);
  assert.deepEqual([note("waiting"), note("first_response")], ["nobody waits", "over 5"]);
  assert.deepEqual(["status-online", "status-offline"].map(shows), ["2", "1"]);
  assert.equal(page.$("#monitor-age [data-mode]").textContent, "live");
});

Deno.test("the tiles of today lead to the rows of today, and keep the rest of the address", () => {
  const { searchParams } = new URL(tile("today").querySelector("a").href);
  assert.deepEqual([...searchParams], [["from", DAY], ["to", DAY], ["state", "all"]]);
});

Deno.test("a wait grows by itself, and turns amber and red", () => {
  say({ t: "digest", monitor: snapshot({ waiting: { n: 1, since: clock - 50_000 } }) });
  const levels = () => ["warn", "bad"].filter((name) => tile("waiting").classList.contains(`tile-${name}`));
  assert.deepEqual([note("waiting"), levels()], ["longest 50s", []]);
  passes(5000);
  say({ t: "digest" });
  passes(5000);
  assert.deepEqual([note("waiting"), levels()], ["longest 1m", ["warn"]]);
  for (let n = 0; n < 24; n++) {
    passes(5000);
    say({ t: "digest" });
  }
  passes(0);
  assert.deepEqual([note("waiting"), levels()], ["longest 3m", ["bad"]]);
});

Deno.test("agents stand in the server's order, each in the row that was there", () => {
  const names = () => page.all("#monitor-agents tr").map((row) => row.dataset.agent);
  say({ t: "digest", monitor: snapshot({ agents: [agent("ann"), agent("bob")] }) });
  const [ann] = page.all("#monitor-agents tr");
  say({ t: "digest", monitor: snapshot({ agents: [agent("bob"), agent("ann", { load: 11, owed: 2 })] }) });
  assert.deepEqual(names(), ["bob", "ann"]);
  assert.equal(page.all("#monitor-agents tr")[1], ann);
  assert.deepEqual([ann.querySelector("[data-cell=load]").textContent, ann.querySelector("[data-cell=over]").hidden], [
    "11",
    false,
  ]);
  assert.equal(page.$("#monitor-nobody").hidden, true);
  say({ t: "digest", monitor: snapshot() });
  assert.deepEqual([names(), page.$("#monitor-nobody").hidden, page.$("#monitor-table").hidden], [[], false, true]);
});

Deno.test("who is offline and holds nothing is counted, and shown to who wants to see it", () => {
  const shown = () => page.all("#monitor-agents tr").filter((row) => !row.hasAttribute("data-away"));
  const idle = agent("eve", { status: "offline", load: 0 });
  const left = agent("bob", { status: "offline", load: 2 });
  say({ t: "digest", monitor: snapshot({ agents: [agent("ann"), left, idle] }) });
  assert.deepEqual(shown().map((row) => row.dataset.agent), ["ann", "bob"]);
  assert.equal(page.$("#monitor-away").textContent, "1");
  const box = page.$("#monitor-others"), board = page.$("#monitor");
  assert.equal(board.hasAttribute("data-others"), false);
  say({ t: "digest", monitor: snapshot({ agents: [idle] }) });
  assert.deepEqual([page.$("#monitor-table").hidden, page.$("#monitor-nobody").hidden], [true, false]);
  box.checked = true;
  page.fire(document.body, "change", { target: box });
  assert.equal(board.hasAttribute("data-others"), true);
  assert.deepEqual([page.$("#monitor-table").hidden, page.$("#monitor-nobody").hidden], [false, true]);
  box.checked = false; // what the server renders does not know it
  page.fire(document.body, "htmx:afterSwap");
  assert.equal(box.checked, true);
  page.fire(document.body, "change", { target: Object.assign(box, { checked: false }) });
});

Deno.test("a status and a number of a newer server are passed over", () => {
  const one = agent("ann", { status: "focused", load: 3, today: { conversations: 2, first_response: null, sighs: 9 } });
  say({ t: "digest", monitor: snapshot({ statuses: { online: 1, focused: 1 }, agents: [one] }) });
  const [row] = page.all("#monitor-agents tr");
  const cells = ["status", "load"].map((name) => row.querySelector(`[data-cell=${name}]`).textContent);
  assert.deepEqual([cells, shows("status-online")], [["", "3"], "1"]);
  say({ t: "digest", monitor: snapshot() });
});

Deno.test("who is offline stands there while there is a conversation of today", () => {
  const worked = agent("bob", { status: "offline", load: 0, today: { conversations: 2, first_response: 61.4 } });
  say({ t: "digest", monitor: snapshot({ agents: [worked, agent("eve", { status: "offline", load: 0 })] }) });
  assert.deepEqual(page.all("#monitor-agents tr").map((row) => row.hasAttribute("data-away")), [false, true]);
  assert.equal(page.$("#monitor-away").textContent, "1");
});

Deno.test("each number of an agent leads to what it counts, where there is something", () => {
  const today = { conversations: 12, first_response: 75.4 };
  say({ t: "digest", monitor: snapshot({ agents: [agent("ann", { load: 3, owed: 0, today })] }) });
  const [row] = page.all("#monitor-agents tr");
  const cells = () =>
    Object.keys(links).map((name) => {
      const cell = row.querySelector(`[data-cell=${name}]`);
      return [cell.textContent, cell.getAttribute("href")];
    });
  const of_today = `from=${DAY}&to=${DAY}&agent=ann`;
  assert.deepEqual(cells(), [
    ["3", listed("state=active&holder=ann")],
    ["0", null],
    ["12", listed(`${of_today}&asked=yes`)],
    ["1m 15s", listed(`${of_today}&replied_by=ann`)],
  ]);
  say({ t: "digest", monitor: snapshot({ agents: [agent("ann", { load: 0 })] }) });
  assert.deepEqual(cells(), [["0", null], ["0", null], ["0", null], ["–", null]]);
});

Deno.test("a group says who waits for it, how long, and how busy its agents are", () => {
  const group = (id, more = {}) => ({
    id,
    name: id,
    waiting: 0,
    waiting_since: null,
    here: 1,
    members: 2,
    load: 3,
    cap: 10,
    ...more,
  }); // deno-fmt-ignore
  const cells = () => {
    const [row] = page.all("#monitor-groups tr");
    return [row.dataset.level, ...row.querySelectorAll("[data-cell]").map((cell) => cell.textContent)];
  };
  assert.equal(page.$("#monitor-groups-section").hidden, true);
  say({ t: "digest", monitor: snapshot({ groups: [group("sales")] }) });
  assert.equal(page.$("#monitor-groups-section").hidden, false);
  assert.deepEqual(cells(), ["", "sales", "0", "–", "1", "2", "3", "10"]);
  say({ t: "digest", monitor: snapshot({ groups: [group("sales", { waiting: 2, waiting_since: clock - 59_000 })] }) });
  passes(5000);
  assert.deepEqual(cells(), ["warn", "sales", "2", "1m 4s", "1", "2", "3", "10"]);
  say({ t: "digest", monitor: snapshot({ groups: [group("service"), group("sales")] }) });
  assert.deepEqual(page.all("#monitor-groups tr").map((row) => row.dataset.group), ["service", "sales"]);
});

Deno.test("who owes an answer for long is marked", () => {
  const owed_since = clock - 200_000;
  say({ t: "digest", monitor: snapshot({ agents: [agent("ann", { owed: 1, owed_since })] }) });
  const [row] = page.all("#monitor-agents tr");
  assert.deepEqual([row.dataset.level, row.querySelector("[data-cell=owed_for]").textContent], ["bad", "3m 20s"]);
});

Deno.test("a socket from which nothing comes is given up: the page asks at once, and tries again", () => {
  const before = sockets.length;
  polls = 0;
  ring(({ after }) => after === 12_000);
  assert.equal(sockets.at(-1).closed, true);
  assert.equal(polls, 1);
  ring(({ after }) => after >= 100 && after < 5000);
  assert.equal(sockets.length, before + 1);
});

Deno.test("numbers that are too old turn grey, and what the server renders is fresh again", () => {
  passes(25_000);
  assert.equal(page.$("#monitor").hasAttribute("data-stale"), true);
  assert.equal(page.$("#monitor-age [data-mode]").textContent, "lost");
  page.$("#monitor").setAttribute("data-now", clock);
  page.fire(document.body, "htmx:afterSwap");
  assert.equal(page.$("#monitor").hasAttribute("data-stale"), false);
  assert.equal(page.$("#monitor-age [data-mode]").textContent, "polled");
});

Deno.test("who is signed out is led to the sign-in, and not in circles", () => {
  const mark = "kefu.monitor.reloaded";
  sessionStorage.setItem(mark, clock - 1000); // it has just been led there, and the page let it in
  sockets.at(-1).onclose({ code: 4401 });
  assert.equal(location.reloaded, undefined);
  sessionStorage.setItem(mark, clock - 100_000);
  ring(({ after }) => after >= 100 && after < 5000);
  sockets.at(-1).onclose({ code: 4401 });
  assert.equal(location.reloaded, true);
});

/**
 * Entry of the live monitor: draws the snapshots of its socket, which come when something changed, with a sign of life
 * every two seconds; without a socket it asks for the server's fragment every ten seconds. Old numbers turn grey.
 */
import { durationText } from "../base/durations.js";
import { backOff } from "../live/refusal.js";
import { $, createTexts, newId, readJson, session, writeJson } from "../base/page.js";

const SOCKET = "/ws/monitor/", SUBPROTOCOL = "kefu.v1", SIGNED_OUT = 4401;
const POLL_EVERY = 10_000;
const READY_WITHIN = 5000, DEAD_AFTER = 12_000; // of a socket
const STALE_AFTER = { live: 10_000, polled: 20_000 };
const RELOADED = "kefu.monitor.reloaded", NOT_AGAIN_WITHIN = 60_000;

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const t = createTexts(read("monitor-texts")), config = read("monitor-config");

let seen = null; // the last snapshot; null while the page shows what the server rendered
let clockOffset = Number($("#monitor").dataset.now) - Date.now();
let freshAt = Date.now();
let others = $("#monitor-others").checked; // whether agents who are away are shown as well
let live = false, socket = null, attempt = 0, watchdog;

const now = () => Date.now() + clockOffset;

const span = (ms) => durationText(ms === null || ms === undefined ? null : ms / 1000, config.durations);

const waited = (since) => since === null ? null : now() - since;

function urgency(since) {
  const ms = waited(since);
  if (ms === null || ms < config.slow) return "";
  return ms >= config.very_slow ? "bad" : "warn";
}

function put(node, text) {
  if (node && node.textContent !== String(text)) node.textContent = text;
}

/* Tiles */
const tile = (name) => $(`[data-tile="${name}"] .tile`);

function showTile(name, value, note) {
  put($("[data-value]", tile(name)), value);
  if (note !== undefined) put($(".tile-note", tile(name)), note);
}

function showWaiting({ n, since }) {
  const level = urgency(since);
  showTile("waiting", n, since === null ? t("nobody") : t("longest", { span: span(waited(since)) }));
  for (const name of ["warn", "bad"]) tile("waiting").classList.toggle(`tile-${name}`, level === name);
}

/** The tiles of today lead to the rows of today, also after midnight. */
function moveLinks(day) {
  for (const name of ["today", "first_response"]) {
    const link = $("a", tile(name));
    if (!link) continue;
    const address = new URL(link.href);
    address.searchParams.set("from", day);
    address.searchParams.set("to", day);
    if (link.href !== address.href) link.href = address.href;
  }
}

/* Groups and agents, one row each, found by their id. kind: "group" or "agent". */
function rowOf(kind, { id }) {
  const found = [...$(`#monitor-${kind}s`).rows].find((row) => row.dataset[kind] === id);
  if (found) return found;
  const made = $(`#monitor-${kind}`).content.firstElementChild.cloneNode(true);
  made.dataset[kind] = id;
  return made;
}

function showRows(kind, all, showOne) {
  const body = $(`#monitor-${kind}s`);
  const known = new Set(all.map(({ id }) => id));
  for (const row of [...body.rows]) if (!known.has(row.dataset[kind])) row.remove();
  all.forEach((one, place) => {
    const row = rowOf(kind, one);
    showOne(row, one);
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
}

function showGroup(row, group) {
  for (const name of ["name", "waiting", "here", "members", "load", "cap"]) {
    put($(`[data-cell="${name}"]`, row), group[name]);
  }
  showGroupsTime(row, group);
}

function showGroupsTime(row, group) {
  put($('[data-cell="waits"]', row), span(waited(group.waiting_since)));
  row.dataset.level = urgency(group.waiting_since);
}

/** Offline, with no conversation now and none today (is_away of stats/monitor/snapshot.py). */
const isAway = ({ status, load, today }) => status === "offline" && load === 0 && today.conversations === 0;

/** Numbers of an agent open what they count, where there is something and the reader may see it. */
function showLink(link, value, agent) {
  if (!link.dataset.link) return;
  const address = config.links[link.dataset.link].replaceAll("DAY", seen.day).replaceAll("AGENT", agent.id);
  if (!value) link.removeAttribute("href");
  else if (link.getAttribute("href") !== address) link.setAttribute("href", address);
}

function showAgent(row, agent) {
  const cell = (name) => $(`[data-cell="${name}"]`, row);
  for (const name of ["name", "number", "cap"]) put(cell(name), agent[name]);
  for (const [name, value] of Object.entries({ load: agent.load, owed: agent.owed, ...agent.today })) {
    const place = cell(name);
    if (!place) continue; // of a newer server
    put(place, place.dataset.unit === "seconds" ? durationText(value, config.durations) : value);
    showLink(place, value, agent);
  }
  put(cell("status"), t.known(agent.status) ?? ""); // of a newer server
  $(".dot", row).dataset.status = agent.status;
  row.toggleAttribute("data-away", isAway(agent));
  cell("over").hidden = agent.load <= agent.cap;
  const meter = $("meter", row);
  meter.max = Math.max(1, agent.cap);
  meter.low = agent.nearly - 0.5; // only what is above is amber, or red
  meter.high = agent.cap - 0.5;
  meter.value = agent.load;
  showAgentsTimes(row, agent);
}

function showAgentsTimes(row, agent) {
  put($('[data-cell="for"]', row), span(waited(agent.since)));
  put($('[data-cell="owed_for"]', row), span(waited(agent.owed_since)));
  row.dataset.level = urgency(agent.owed_since);
}

/** Those who are there, and the others where the reader wants to see them. */
function arrangeAgents() {
  const rows = [...$("#monitor-agents").rows], here = rows.some((row) => !row.hasAttribute("data-away"));
  $("#monitor-others").checked = others;
  $("#monitor").toggleAttribute("data-others", others);
  put($("#monitor-away"), rows.filter((row) => row.hasAttribute("data-away")).length);
  $("#monitor-table").hidden = !(here || (others && rows.length));
  $("#monitor-nobody").hidden = !$("#monitor-table").hidden;
}

function show(snapshot) {
  seen = snapshot;
  showWaiting(snapshot.waiting);
  showTile("active", snapshot.active);
  showTile("away", snapshot.away);
  tile("away").classList.toggle("tile-bad", snapshot.away > 0);
  showTile("today", snapshot.today);
  const { ms, n } = snapshot.first_response;
  showTile("first_response", span(ms), t("counted", { n }));
  for (const [status, count] of Object.entries(snapshot.statuses)) {
    if (tile(`status-${status}`)) showTile(`status-${status}`, count);
  }
  moveLinks(snapshot.day);
  $("#monitor-groups-section").hidden = snapshot.groups.length === 0;
  showRows("group", snapshot.groups, showGroup);
  showRows("agent", snapshot.agents, showAgent);
  arrangeAgents();
}

/* Every second: how long things last, and how old the numbers are. */
function tick() {
  const age = Date.now() - freshAt, mode = live ? "live" : age < STALE_AFTER.polled ? "polled" : "lost";
  const stale = age > STALE_AFTER[live ? "live" : "polled"];
  $("#monitor").toggleAttribute("data-stale", stale);
  const box = $("#monitor-age");
  box.hidden = false;
  put($("[data-mode]", box), t(stale ? "lost" : mode));
  put($("[data-age]", box), t("age", { ago: span(age) }));
  $(".dot", box).dataset.status = stale ? "offline" : mode === "live" ? "online" : "away";
  if (!seen) return;
  showWaiting(seen.waiting);
  for (const group of seen.groups) showGroupsTime(rowOf("group", group), group);
  for (const agent of seen.agents) showAgentsTimes(rowOf("agent", agent), agent);
}

function fresh(serverTime) {
  clockOffset = serverTime - Date.now();
  freshAt = Date.now();
}

/* The socket */
function hear(frame) {
  if (frame.t !== "ready" && frame.t !== "digest") return;
  live = true;
  attempt = 0;
  fresh(frame.now);
  if (frame.monitor) show(frame.monitor);
  guard(DEAD_AFTER);
  tick();
}

function guard(ms) {
  clearTimeout(watchdog);
  watchdog = setTimeout(down, ms);
}

function down(event) {
  clearTimeout(watchdog);
  const wasLive = live;
  live = false;
  if (socket) {
    socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }
  if (event?.code === SIGNED_OUT && mayReload()) return location.reload(); // the page says why
  if (wasLive) poll();
  setTimeout(connect, backOff(attempt++));
}

/** Not in circles, should the page let in whom the socket does not. */
function mayReload() {
  const last = readJson(session, RELOADED, 0);
  writeJson(session, RELOADED, Date.now());
  return Date.now() - last > NOT_AGAIN_WITHIN;
}

function connect() {
  try {
    const address = new URL(SOCKET, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address, SUBPROTOCOL);
  } catch {
    return down(); // a policy that forbids sockets
  }
  socket.onopen = () => socket.send(JSON.stringify({ t: "hello", id: newId(), after: {} }));
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = down;
  guard(READY_WITHIN);
}

/* Without the socket */
function poll() {
  if (!live) $("#monitor").dispatchEvent(new Event("kefu:poll"));
}

document.body.addEventListener("change", ({ target }) => {
  if (target.id !== "monitor-others") return;
  others = target.checked;
  arrangeAgents();
});
document.body.addEventListener("htmx:afterSwap", () => {
  seen = null; // the fragment says everything, until the next snapshot
  arrangeAgents();
  fresh(Number($("#monitor").dataset.now));
  tick();
});
arrangeAgents();
setInterval(poll, POLL_EVERY);
setInterval(tick, 1000);
connect();

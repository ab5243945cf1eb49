/**
 * The whole desk at work on a real server without a browser: the product's own features over the elements of its
 * templates, its own connection, and a network that loses what the test says.
 *
 *   const { desk, page, losses, asked } = await goToWork({ url, cookies, csrf })
 *     losses.of = (frame) => true       what the server sends from now on and this desk never gets
 *     losses.lost                       the frames that were lost so
 *     losses.bring(frame)               as if the server had sent it just now
 *     losses.network                    "up", "deaf" (nothing comes in), "mute" (nothing goes out) or "away"
 *     losses.cut()                      every connection is over
 *   const dave = createColleague({ url, cookies, csrf })      over HTTP alone, as another window would do
 *     dave.command(frame), dave.get(address), dave.digest(), dave.stays()    digests go on, so that nobody is absent
 *   const carol = await createVisitor({ url, channel })
 *     carol.says(text), carol.command(frame), carol.conversation
 *   passes(milliseconds)                the clock of this process goes on by so much
 *   until(condition, within)            Promise<boolean>
 */
import { openPage } from "../stand_ins/page.js";
import { createFormats, createTexts, newId } from "../../../static/kefu/js/base/page.js";
import { createDesk } from "../../../static/kefu/js/desk/desk.js";
import { createServer } from "../../../static/kefu/js/desk/server.js";
import { FEATURES } from "../../../static/kefu/js/desk/features.js";
import { install as account } from "../../../static/kefu/js/desk/frame/account.js";
import { install as alerts } from "../../../static/kefu/js/desk/alerts/alerts.js";
import { install as repeat } from "../../../static/kefu/js/desk/alerts/repeat.js";
import { install as session } from "../../../static/kefu/js/desk/session.js";
import { install as sound } from "../../../static/kefu/js/desk/alerts/sound.js";
import { install as tabs } from "../../../static/kefu/js/desk/frame/tabs.js";
import { install as title } from "../../../static/kefu/js/desk/alerts/title.js";

/** Those need other windows, a loudspeaker, a form. */
const OUTWARD = [tabs, sound, title, alerts, repeat, account];
const SHOWS = FEATURES.filter((one) => !OUTWARD.includes(one));
console.info = console.error; // results alone stand in the output
const STAYS = 10_000; // milliseconds, well within an agent's grace
const TEMPLATE = "workbench/desk/desk.html";

const nativeFetch = globalThis.fetch, NativeSocket = globalThis.WebSocket, nativeNow = Date.now;
let ahead = 0;
Date.now = () => nativeNow() + ahead;
export const passes = (milliseconds) => (ahead += milliseconds);

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function until(condition, within = 10_000) {
  for (const end = nativeNow() + within; !(await condition()); await pause(20)) if (nativeNow() > end) return false;
  return true;
}

/** Stands still: what lasts for longer in one page than in the other is no difference. */
const began = nativeNow(), clock = { now: () => began, sync() {} };

/** What a page is given besides the server: texts, formats, a voice. */
function surroundings(config) {
  const silent = () => {};
  return {
    config,
    maxBytes: config.max_bytes,
    t: createTexts(config.texts),
    formats: createFormats(config.locale),
    clock,
    announcer: { say: silent, alarm: silent },
    toast: silent,
    connection: { state: silent, outdated: silent, signedOut: silent, onRetry: silent },
  };
}

const stands = (features, more) => {
  const page = openPage(TEMPLATE), desk = createDesk(more);
  for (const install of features) install(desk);
  return { desk, page };
};

export async function configOf({ url, cookies }) {
  const answer = await nativeFetch(`${url}/desk/`, { headers: { Cookie: cookies } });
  const [, config] = (await answer.text()).match(/<script id="config" type="application\/json">(.*?)<\/script>/s);
  return JSON.parse(config);
}

function carry({ url, cookies }, losses) {
  const open = new Set(), lost = () => Promise.reject(new TypeError("no network"));
  losses.cut = () => open.forEach((socket) => socket.close());
  globalThis.fetch = async (address, { headers = {}, ...more } = {}) => {
    if (["away", "mute"].includes(losses.network)) return lost();
    const answer = await nativeFetch(new URL(address, url), { headers: { ...headers, Cookie: cookies }, ...more });
    if (losses.network === "up") return answer;
    await answer.body?.cancel();
    return lost();
  };
  globalThis.WebSocket = class extends NativeSocket {
    constructor(_address, protocol) {
      if (losses.network === "away") throw new TypeError("no network");
      super(`${url.replace("http", "ws")}/ws/desk/`, {
        protocols: [protocol],
        headers: { Cookie: cookies, Origin: url },
      });
      open.add(this);
      this.addEventListener("close", () => open.delete(this));
    }
    set onmessage(act) {
      if (act) losses.bring = (frame) => act({ data: JSON.stringify(frame) });
      super.onmessage = act && ((event) => {
        const frame = JSON.parse(event.data);
        if (losses.network === "deaf" || losses.of(frame)) losses.lost.push(frame);
        else act(event);
      });
    }
    send(text) {
      if (losses.network !== "mute") super.send(text);
    }
  };
}

export async function goToWork(who) {
  const losses = { of: () => false, lost: [], bring: null, network: "up" }, config = await configOf(who);
  carry(who, losses);
  const page = { ...config, urls: { ...config.urls, socket: `${who.url}/ws/desk/` } };
  const server = createServer({ ...page, csrf: who.csrf, onSignedOut() {}, fields: () => [] });
  const asked = []; // for the customer's panel, which the server draws
  server.customer = (id) => Promise.resolve(asked.push(id) && []);
  const state = await server.state();
  const made = stands(SHOWS, { agentId: state.me.id, server, ...surroundings(page) });
  made.desk.begin(state);
  return { ...made, losses, asked, config: page };
}

/** What a page shows that is loaded now: nothing waits in it, so it takes the place of the other only for a moment. */
export function reloaded(config, state, look) {
  const names = ["document", "window", "location", "history", "addEventListener", "requestAnimationFrame"];
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  const storage = { ...localStorage }, never = () => new Promise(() => {});
  const server = Object.fromEntries(
    ["stars", "contacts", "groups", "colleagues", "page", "customer"].map((name) => [name, never]),
  );
  try {
    const without = SHOWS.filter((one) => one !== session);
    const made = stands(without, { agentId: state.me.id, server, live: { lossy() {} }, ...surroundings(config) });
    made.desk.begin(state);
    return look(made);
  } finally {
    for (const [name, value] of before) Object.defineProperty(globalThis, name, value);
    Object.assign(localStorage, storage);
  }
}

async function answerOf(answer) {
  if (answer.status === 204) return {};
  const frame = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${frame.code} ${frame.text}`), frame);
  return frame;
}

const posting = (url, headers) => async (address, body) =>
  answerOf(
    await nativeFetch(`${url}${address}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );

export function createColleague({ url, cookies, csrf }) {
  const post = posting(url, { Cookie: cookies, "X-CSRFToken": csrf });
  const digest = async () => (await post("/api/desk/poll", { after: {}, wait: 0 })).frames[0];
  return {
    command: (frame) => post("/api/desk/command", { id: newId(), ...frame }),
    get: async (address) => answerOf(await nativeFetch(`${url}${address}`, { headers: { Cookie: cookies } })),
    digest,
    stays: () => setInterval(digest, STAYS),
  };
}

export async function createVisitor({ url, channel }) {
  const start = await posting(url, {})("/api/visitor/session", { channel, locale: "en", timezone: "UTC" });
  const post = posting(url, { Authorization: `Bearer ${start.token}` });
  const command = (frame) => post("/api/visitor/command", { id: newId(), ...frame });
  const carol = {
    conversation: null,
    command,
    async says(text) {
      const { row, message } = await command({
        t: "message.post",
        conversation: carol.conversation,
        kind: "text",
        text,
      });
      carol.conversation = row.conversation;
      return message;
    },
  };
  return carol;
}

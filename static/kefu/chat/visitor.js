/**
 * The visitor's identity: gets and renews the token of the session. One browser is one visitor, in however many tabs;
 * the only module that asks for a token.
 *
 *   createVisitor({
 *     config, host,             // of the page; host.js
 *     onPerson(),               // whose page it is: made here, before the server knows anybody
 *     onTrying(attempt),        // the server is asked, for the first time with 0
 *     onGone(isGone),           // whether the chat is switched off; it is asked again until it is not
 *     onMet(start),             // the server's answer
 *     onLeft(),                 // what was kept is of somebody whom the site signed out, and is kept no more
 *     onPage(page),             // the visitor went to another one since
 *   }) → {
 *     begin(),                  // → Promise: the person is known. Once, however often it is called
 *     meetAgain(after),         // the token is not good any more: asks for another one, `after` milliseconds from now
 *     isOther(saved),           // what another tab kept says that the browser belongs to somebody else now
 *     moved(page),              // as the site tells it
 *     headers(),                // of requests in the visitor's name
 *     leave(),                  // whose page it was is signed out: the token is worth nothing any more
 *     person, token, isMet      // isMet: the token is one of this page
 *   }
 */
import { newId, storable } from "../js/base/page.js";
import { backOff } from "../js/live/refusal.js";

const TAKES_TOO_LONG = 20_000; // other tabs wait for us
const GONE_FOR = 60_000;

/** Servers refuse halves of an emoji. */
const cut = (text, most) => storable([...text].slice(0, most).join(""));

export function createVisitor({ config, host, onPerson, onTrying, onGone, onMet, onLeft, onPage }) {
  const { urls, channel, locale } = config;
  const visitor = { begin, meetAgain, isOther, moved, headers, leave, person: null, token: null, isMet: false };
  let beginning = null;
  let id; // whose token it is
  let isPlain = false; // the server could not read what we told about the page
  let timer, pageTimer;

  function begin() {
    return beginning ||= prepare();
  }

  async function prepare() {
    await host.alone("person", async () => {
      if (!(await host.fresh()).person) host.save({ person: newId() });
      visitor.person = (await host.fresh()).person || host.saved.person;
    });
    onPerson();
    start();
  }

  async function start(attempt = 0) {
    clearTimeout(timer);
    onTrying(attempt);
    const answer = await host.alone("session", () => meet().catch(() => ({}))); // no network
    const isGone = answer.code === "not_found";
    onGone(isGone);
    if (answer.token) {
      id = answer.visitor.id;
      Object.assign(visitor, { token: answer.token, isMet: true });
      onMet(answer);
    } else timer = setTimeout(() => start(attempt + 1), isGone ? GONE_FOR : 1000 + backOff(attempt + 1));
  }

  /** The token is read when it is used, and where another tab was faster all the same (plain http has no locks), its
   * token stays. */
  async function meet() {
    const known = await host.fresh();
    const answer = await request(known.token);
    const start = await answer.json();
    isPlain = isPlain || [400, 413].includes(answer.status);
    if (!start.token) return start;
    const kept = await host.fresh();
    if (![known.visitor, start.visitor.id].includes(kept.visitor)) return meet();
    const mine = { token: start.token, visitor: start.visitor.id };
    host.save(start.left ? { ...mine, person: newId(), seen: null, live: false } : mine);
    await host.fresh();
    if (!start.left) return start;
    onLeft();
    return {};
  }

  function request(known) {
    const body = { channel, locale };
    if (known) body.token = known;
    if (!isPlain) {
      body.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
      body.page = page();
    }
    return fetch(urls.session, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout?.(TAKES_TOO_LONG),
    });
  }

  function page() {
    const { url, title, referrer } = host.page;
    return { url: cut(url, 2000), title: cut(title, 500), referrer: cut(referrer, 2000) };
  }

  /** A site changes its address first and its title a moment later. */
  function moved(to) {
    host.page = to;
    clearTimeout(pageTimer);
    pageTimer = setTimeout(() => visitor.isMet && onPage(page()), 1000);
  }

  function meetAgain(after) {
    visitor.isMet = false;
    timer = setTimeout(start, after);
  }

  function isOther(saved) {
    return saved.person !== visitor.person || (visitor.token && saved.visitor !== id);
  }

  function headers() {
    return visitor.token ? { Authorization: `Bearer ${visitor.token}` } : {};
  }

  /** Also while the page is being left. What does not arrive is told by the next one, as long as it is kept. */
  function leave(token = visitor.token) {
    if (!token) return;
    const body = JSON.stringify({ token });
    fetch(urls.logout, { method: "POST", body, keepalive: true }).then(() => host.save({ left: null }), () => {});
  }

  leave(host.saved.left);
  addEventListener("online", () => visitor.person && !visitor.isMet && start());
  return visitor;
}

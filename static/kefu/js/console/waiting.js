/**
 * Keeps the numbers of waiting customers true: beside the rail's items, on the button that opens it, in front of the
 * title. Lets the bell ring where more wait than before (bell.js). The server says the numbers with the page, and again
 * every 20 s while the page is visible or listens.
 *
 *   watchWaiting({ address, words, agent })   what to ask; what is said after a number to who does not see it; who looks
 */
import { $ } from "../base/page.js";
import { createBell } from "./bell.js";

const EVERY = 20_000;
const COUNTED = /^\(\d+\) /;

export function watchWaiting({ address, words, agent }) {
  const badges = [...document.querySelectorAll("[data-waiting]")];
  const named = badges.filter(({ dataset }) => dataset.waiting);
  if (!named.length) return;
  const box = $("#waiting-bell"), control = $("#waiting-bell-switch");
  const bell = createBell({ agent, box, control, heard, turned: ask });
  let timer = 0, known = 0;

  /** Whether more wait than before. */
  function show(numbers) {
    const sum = Math.max(0, ...Object.values(numbers)), more = sum > known;
    for (const badge of badges) put(badge, badge.dataset.waiting ? numbers[badge.dataset.waiting] ?? 0 : sum);
    document.title = (sum ? `(${sum}) ` : "") + document.title.replace(COUNTED, "");
    known = sum;
    return more;
  }

  /** From the server, or from another window that asked it: whoever asked, the leader rings. */
  function heard(numbers) {
    if (show(numbers)) bell.ring();
  }

  function put(badge, number) {
    badge.hidden = number === 0;
    if (!number) return badge.replaceChildren();
    const told = document.createElement("span");
    told.className = "sr-only";
    told.append(` ${words}`);
    badge.replaceChildren(String(number), told);
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden && !bell.on) return;
    if (!document.hidden || bell.leads()) await hear();
    clearTimeout(timer); // of who asked meanwhile
    timer = setTimeout(ask, EVERY);
  }

  async function hear() {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) return;
      const numbers = await answer.json();
      heard(numbers);
      bell.tell(numbers);
    } catch {
      // No network, or signed out: what is done next says so.
    }
  }

  document.addEventListener("visibilitychange", ask);
  show(Object.fromEntries(named.map((badge) => [badge.dataset.waiting, Number.parseInt(badge.textContent, 10) || 0])));
  timer = setTimeout(ask, EVERY);
}

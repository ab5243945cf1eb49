/**
 * How many customers wait: beside the rail's items, on the button that opens it, and in front of the title. The server
 * says it with the page, and again every 20 seconds while somebody looks.
 *
 *   watchWaiting({ address, words })   what to ask; what is said after a number to who does not see it
 */
const EVERY = 20_000;
const COUNTED = /^\(\d+\) /;

export function watchWaiting({ address, words }) {
  const badges = [...document.querySelectorAll("[data-waiting]")];
  const known = badges.filter(({ dataset }) => dataset.waiting);
  if (!known.length) return;
  let timer = 0;

  function show(numbers) {
    const sum = Object.values(numbers).reduce((most, number) => Math.max(most, number), 0);
    for (const badge of badges) put(badge, badge.dataset.waiting ? numbers[badge.dataset.waiting] ?? 0 : sum);
    document.title = (sum ? `(${sum}) ` : "") + document.title.replace(COUNTED, "");
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
    if (document.hidden) return;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok) show(await answer.json());
    } catch {
      // No network, or signed out: what is done next says so.
    }
    timer = setTimeout(ask, EVERY);
  }

  document.addEventListener("visibilitychange", ask);
  show(Object.fromEntries(known.map((badge) => [badge.dataset.waiting, Number.parseInt(badge.textContent, 10) || 0])));
  timer = setTimeout(ask, EVERY);
}

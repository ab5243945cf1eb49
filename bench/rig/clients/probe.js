/**
 * Runs in the desk's page before its own scripts and measures what an agent would see. All times are milliseconds.
 *
 *   window.probe.painted            from the navigation to the frame with the first rows of the list; 0 before
 *   probe.calibrate()               → a fixed piece of work: strings, a map, nodes laid out
 *   probe.turns(ids)                → Promise<[…]>: opens each conversation with a click; the time from each click to
 *                                   the frame that shows its newest message
 *   probe.longest()                 → the longest task since the last call, 0 where none took over 50 ms
 */
const READY_WITHIN = 20_000;
const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
let longest = 0, painted = 0;

new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (longest = Math.max(longest, duration))))
  .observe({ type: "longtask", buffered: true });

const rows = new MutationObserver(async () => {
  if (!document.querySelector("#rows-active .row-link")) return;
  rows.disconnect();
  await frame();
  painted = performance.now();
});
rows.observe(document, { childList: true, subtree: true });

const linkOf = (id) => document.querySelector(`#rows-active .row-link[href="#c-${id}"]`);

function shows(text) {
  const newest = document.querySelector("#log > :last-child .bubble");
  return newest?.textContent.includes(text);
}

async function turn({ id, last }) {
  const until = performance.now() + READY_WITHIN;
  linkOf(id).scrollIntoView({ block: "nearest" });
  await frame();
  const start = performance.now();
  linkOf(id).click();
  while (!(location.hash === `#c-${id}` && shows(last))) {
    if (performance.now() > until) throw new Error(`conversation ${id} does not show “${last}”`);
    await new Promise((resolve) => setTimeout(resolve));
  }
  await frame();
  return performance.now() - start;
}

globalThis.probe = {
  get painted() {
    return painted;
  },
  calibrate() {
    const start = performance.now(), words = new Map(), box = document.createElement("div");
    for (let n = 0; n < 200_000; n++) words.set(`word ${n % 1000}`, (words.get(`word ${n % 1000}`) ?? 0) + n);
    for (let n = 0; n < 1000; n++) {
      box.append(Object.assign(document.createElement("p"), { textContent: `line ${n}` }));
    }
    document.body.append(box);
    box.getBoundingClientRect();
    box.remove();
    return performance.now() - start;
  },
  async turns(conversations) {
    const times = [];
    for (const one of conversations) times.push(await turn(one));
    return times;
  },
  longest() {
    const found = longest;
    longest = 0;
    return found;
  },
};

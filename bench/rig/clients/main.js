/**
 * Visitors and agents of `bin/bench faults`. Reads one JSON object per line from stdin: first the cast, then
 * {"do": "quiet"} and {"do": "report"}; writes one JSON event per line to stdout, `at` in milliseconds since 1970.
 */
import "./browser.js";
import { TextLineStream } from "./lines.js";

const events = Deno.stdout.writable.getWriter();
const encoder = new TextEncoder();
const tell = (event, facts) => events.write(encoder.encode(JSON.stringify({ event, at: Date.now(), ...facts }) + "\n"));

/** Mulberry32: the same seed gives the same day. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function gather({ channel, visitors, agents, seed }) {
  const { createVisitor } = await import("./visitor.js");
  const { createAgent } = await import("./agent.js");
  const desks = agents.map((agent, at) => createAgent({ ...agent, tell, random: randomFrom(seed + at) }));
  const names = Array.from({ length: visitors }, (_, at) => `v${at + 1}`);
  const browsers = names.map((name, at) =>
    createVisitor({ name, channel, tell, random: randomFrom(seed + 1000 + at) })
  );
  return [...desks, ...browsers];
}

let everybody = [];
for await (const line of Deno.stdin.readable.pipeThrough(new TextLineStream())) {
  const order = JSON.parse(line);
  if (order.cast) {
    everybody = await gather(order.cast);
    everybody.forEach((one) => one.start());
  } else if (order.do === "quiet") everybody.forEach((one) => one.quiet());
  else if (order.do === "report") tell("report", { clients: await Promise.all(everybody.map((one) => one.report())) });
}
Deno.exit();

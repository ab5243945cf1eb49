/**
 * Whether customers are there, by when their pages were heard of last: the server says it with its digests, what a
 * customer does says it at once.
 *
 *   presenceOf(seen, now)         { isHere, away } away: milliseconds since then (pure)
 *   install(desk)                 desk.presence.of(conversation) → the same, or null where nobody knows
 *                                 desk.tell("presence", id)   its words are others now
 *                                 desk.presence.words(conversation) → "online", "left 3 minutes ago", or ""
 */
import { waited } from "../alerts/clock.js";

/** A page is heard of every 25 s, and the desk hears of it every 25 s; the rest is for a page that is opened anew. */
const HERE_WITHIN = 70_000;
const LOOK_EVERY = 10; // seconds

export const presenceOf = (seen, now) => ({ isHere: now - seen < HERE_WITHIN, away: Math.max(0, now - seen) });

export function install(desk) {
  const { clock, config, model, t } = desk, seen = new Map(), said = new Map();

  function learn(id, at) {
    if (at > (seen.get(id) ?? 0)) seen.set(id, at);
  }

  function learnAll(frame) {
    for (const [id, at] of Object.entries(frame?.seen ?? {})) learn(id, at);
  }

  /** Digests name what ended for an hour only, and what a colleague has not at all: somebody may be back without our
   * hearing of it. */
  function of(id) {
    const { isHere, away } = presenceOf(seen.get(id), clock.now());
    const isKnown = seen.has(id) && (isHere || model.follows(id));
    return isKnown ? { isHere, away } : null;
  }

  function words(id) {
    const found = of(id);
    if (!found) return "";
    return found.isHere
      ? t("customer_here")
      : t("customer_left", { time: waited(found.away, config.locale, { exact: false }) });
  }

  /** Words change with the minutes, and nobody reads them to the second. */
  let ticks = 0;
  desk.second(() => {
    if (ticks++ % LOOK_EVERY) return;
    for (const id of seen.keys()) {
      const now = words(id);
      if (said.get(id) !== now) desk.tell("presence", id);
      said.set(id, now);
    }
  });

  const wrote = ({ conversation, wrote_at }) => wrote_at && learn(conversation, wrote_at);
  desk.on("got", wrote);
  desk.on("waits", wrote);
  desk.on("digest", learnAll);
  desk.on("loaded", learnAll);
  desk.on("customer.moved", ({ conversation }) => learn(conversation, clock.now()));
  desk.on("message", ({ from, conversation, at }) => from === "customer" && learn(conversation, at));
  desk.on("gone", (id) => [seen, said].forEach((known) => known.delete(id)));
  desk.presence = { of, words };
}

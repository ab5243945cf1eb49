/**
 * Rings again until what is new was read, where the agent wants it: who waits too long before what just came, and that
 * before a message.
 *
 *   toneFor(rows, unopened, now)  "overdue", "conversation", "message" or null (pure)
 *   install(desk)                 after the alerts
 */
import { waitingLevel } from "./clock.js";

const EVERY = 10; // seconds

export function toneFor(rows, unopened, now) {
  const unread = rows.filter((row) => row.unread > 0);
  if (unread.some((row) => waitingLevel(row.waiting_since, now) === "late")) return "overdue";
  if (unread.some((row) => unopened.has(row.conversation))) return "conversation";
  return unread.length ? "message" : null;
}

export function install(desk) {
  const { alerts, clock, model, preferences } = desk, unopened = new Set();
  let seconds = 0;

  desk.on("got", ({ conversation }) => unopened.add(conversation));
  desk.on("opened", (id) => unopened.delete(id));
  desk.on("lost", ({ conversation }) => unopened.delete(conversation));
  desk.on("overdue", () => alerts.ring("overdue"));
  desk.second(() => {
    if (++seconds % EVERY || !preferences.get("repeat")) return;
    const tone = toneFor(model.active(), unopened, clock.now());
    if (tone) alerts.ring(tone);
  });
}

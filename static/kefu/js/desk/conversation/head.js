/**
 * Draws the head of the open conversation: name, source and waiting time of the customer, when they last wrote, and how
 * long the conversation has gone on.
 *
 *   const head = createHead({ t, locale, when });
 *   head.show(row, lastAt), head.tick(row | null, now)     lastAt: of the customer's last message, or null
 */
import { $ } from "../../base/page.js";
import { roughly, waited, waitingLevel } from "../alerts/clock.js";
import { channelIcon } from "../lists/row.js";
import { isHeld } from "../state/moves.js";

export function createHead({ t, locale, when }) {
  const times = $("#pane-times");
  let shown = "", wroteAt = null;

  function show({ customer, channel }, lastAt) {
    wroteAt = lastAt;
    $("#pane-name").textContent = customer.name;
    $("#pane").setAttribute("aria-label", t("conversation_with", { name: customer.name }));
    const kind = `${channel.kind} ${channel.name}`;
    if (shown === kind) return;
    shown = kind;
    $("#pane-channel").replaceChildren(channelIcon(channel.kind), channel.name);
  }

  function timesOf(row, now) {
    const parts = [wroteAt && t("customer_wrote", { when: when(wroteAt) }), lengthOf(row, now)];
    return parts.filter(Boolean).join(" · ");
  }

  /** What waits in the queue does not go on yet. */
  function lengthOf({ state, opened_at, queued_at, ended_at }, now) {
    if (state === "queued") return t("waiting_spoken", { time: roughly(now - (queued_at ?? opened_at), locale) });
    return t(ended_at ? "lasted" : "lasts", { length: roughly((ended_at ?? now) - opened_at, locale) });
  }

  function tick(row, now) {
    const words = row ? timesOf(row, now) : "";
    if (times.textContent !== words) times.textContent = words;
    const chip = $("#pane-waiting"), since = isHeld(row) ? row.waiting_since : null;
    chip.hidden = since == null;
    if (since == null) return;
    chip.dataset.level = waitingLevel(since, now);
    $("#pane-waiting-time").textContent = waited(now - since, locale);
  }

  return { show, tick };
}

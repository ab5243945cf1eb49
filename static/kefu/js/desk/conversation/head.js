/**
 * Draws the head of the open conversation: name, source and waiting time of the customer.
 *
 *   const head = createHead({ t, locale });  head.show(row), head.tick(row | null, now)
 */
import { $ } from "../../base/page.js";
import { waited, waitingLevel } from "../alerts/clock.js";
import { channelIcon } from "../lists/row.js";
import { isHeld } from "../state/moves.js";

export function createHead({ t, locale }) {
  let shown = "";

  function show({ customer, channel }) {
    $("#pane-name").textContent = customer.name;
    $("#pane").setAttribute("aria-label", t("conversation_with", { name: customer.name }));
    const kind = `${channel.kind} ${channel.name}`;
    if (shown === kind) return;
    shown = kind;
    $("#pane-channel").replaceChildren(channelIcon(channel.kind), channel.name);
  }

  function tick(row, now) {
    const chip = $("#pane-waiting"), since = isHeld(row) ? row.waiting_since : null;
    chip.hidden = since == null;
    if (since == null) return;
    chip.dataset.level = waitingLevel(since, now);
    $("#pane-waiting-time").textContent = waited(now - since, locale);
  }

  return { show, tick };
}

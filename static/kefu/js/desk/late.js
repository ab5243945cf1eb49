/**
 * Shows one notice for all conversations that are about to miss the reply target, instead of one alarm each.
 *
 *   install(desk)                 the notice, and the key that leads to whoever has waited longest
 */
import { $ } from "../base/page.js";
import { waitingLevel } from "./alerts/clock.js";
import { longestWaiting } from "./state/order.js";

export function install(desk) {
  const { announcer, clock, model, t } = desk, button = $("#late-notice"), text = $("#late-notice-text");
  const number = $("#late-notice-count"); // in its place where there is no room for words
  let known = null;

  function jump() {
    const row = longestWaiting(model.active());
    if (row) desk.navigation.go(row.conversation, { focus: true });
    return Boolean(row);
  }

  function show() {
    const now = clock.now();
    const count = model.active().filter((row) => waitingLevel(row.waiting_since, now) === "late").length;
    button.hidden = count === 0;
    if (known !== null && count > known) desk.tell("overdue");
    known = count;
    const words = t("about_to_time_out", { n: count });
    if (text.textContent === words) return;
    text.textContent = words;
    number.textContent = count;
  }

  button.addEventListener("click", jump);
  desk.key("longest", () => {
    if (!jump()) announcer.say(t("nobody_waits"));
  });
  desk.changes(({ rows, all }) => (rows.size || all) && show());
  desk.second(show);
}

/**
 * One notice for all conversations that are about to miss the reply target, instead of one alarm each.
 *
 *   const late = createLateNotice({ button, text, model, clock, t, onJump(id) });  late.tick()
 */
import { waitingLevel } from "./alerts/clock.js";
import { longestWaiting } from "./state/order.js";

export function createLateNotice({ button, text, model, clock, t, onJump }) {
  button.addEventListener("click", () => {
    const row = longestWaiting(model.active());
    if (row) onJump(row.conversation);
  });
  return {
    tick() {
      const now = clock.now();
      const count = model.active().filter((row) => waitingLevel(row.waiting_since, now) === "late").length;
      button.hidden = count === 0;
      const words = t("about_to_time_out", { n: count });
      if (text.textContent !== words) text.textContent = words;
    },
  };
}

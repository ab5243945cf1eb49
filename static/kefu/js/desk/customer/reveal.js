/**
 * Has a phone number or an e-mail address shown that is masked for this agent. The server records it, and keeps showing it
 * for some minutes.
 *
 *   install(desk)                after the panel
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { customer } = desk, box = $("#customer");
  let isAsked = false;

  async function reveal(button) {
    if (isAsked) return;
    isAsked = true;
    const conversation = $(".customer", box).dataset.of, { reveal: field } = button.dataset;
    const answer = await desk.command({ t: "customer.reveal", conversation, field });
    isAsked = false;
    if (answer) customer.refresh();
  }

  box.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-reveal]");
    if (button) reveal(button);
  });
}

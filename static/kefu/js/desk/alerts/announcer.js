/**
 * Sentences for screen readers (live regions) and toasts.
 *
 *   const announcer = createAnnouncer({ status, alarm });
 *   announcer.say(text)           polite; at most one sentence in five seconds, the newest wins
 *   announcer.alarm(text)         at once: something failed
 *   const toast = createToasts({ box, template, announcer, pane, head });   over the pane, under its head's buttons
 *   toast(text, { action, onAction, bad, lasts, undoes })   lasts: milliseconds; it stays while somebody is on it, unless
 *                                 its action undoes something: that cannot be done any longer
 */
import { $ } from "../../base/page.js";

const EVERY = 5000, SHOWN_FOR = 6000, AT_MOST = 3;

export function createAnnouncer({ status, alarm }) {
  let saidAt = 0, next = "", timer = 0;

  function speak() {
    timer = 0;
    saidAt = Date.now();
    status.textContent = next;
  }
  return {
    say(text) {
      next = text;
      if (!timer) timer = setTimeout(speak, Math.max(0, saidAt + EVERY - Date.now()));
    },
    alarm(text) {
      alarm.textContent = "";
      setTimeout(() => (alarm.textContent = text), 50); // the same sentence twice is news only after it was gone
    },
  };
}

export function createToasts({ box, template, announcer, pane, head }) {
  /** Where the pane is not shown, the style sheet has a place. */
  function place() {
    const { left, right, top, width } = pane.getBoundingClientRect(),
      under = head.getBoundingClientRect().bottom || top;
    box.style.insetBlock = width ? `${under + 8}px auto` : "";
    box.style.insetInline = width ? `${left + 16}px ${document.documentElement.clientWidth - right + 16}px` : "";
  }
  addEventListener("resize", place);

  return function toast(text, { action, onAction, bad = false, lasts = SHOWN_FOR, undoes = false } = {}) {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".toast-text", node).textContent = text;
    node.classList.toggle("toast-bad", bad);
    const button = $("button", node);
    const leave = () => !undoes && node.matches(":hover, :focus-within") ? setTimeout(leave, SHOWN_FOR) : gone();
    let before = null;

    /** The focus goes back to where it came from. */
    function gone() {
      const isHere = node.contains(document.activeElement);
      node.remove();
      if (isHere) before?.focus();
    }
    node.addEventListener("focusin", ({ relatedTarget }) => before = relatedTarget ?? before);
    if (action) {
      button.hidden = false;
      button.textContent = action;
      button.toggleAttribute("data-undo", undoes);
      button.addEventListener("click", () => {
        gone();
        onAction();
      });
    }
    box.append(node);
    place();
    while (box.childElementCount > AT_MOST) box.firstElementChild.remove();
    setTimeout(leave, lasts);
    if (bad) announcer.alarm(text);
    else announcer.say(text);
  };
}

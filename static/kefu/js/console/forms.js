/**
 * Sends the console's forms so that nothing typed is lost to a server that is away or a session that ended.
 *
 * A POST form, plain or htmx's, is held while the server is asked whether it is there and who is signed in. Then it
 * goes as the browser would have sent it: with its button, its files and the secret (CSRF) that is valid now.
 *
 *   guardForms({ toast, text, onSent(form) })
 *   whenSignedIn(send)   asks to sign in again in another window, then calls `send`
 *   sending(form, on)    the buttons of a form rest while it is on its way
 */
import { $ } from "../base/page.js";

const PATIENCE = 8000;
const AGAIN_AFTER = 10_000; // an answer that is a file leaves the page as it is
const INPUT = "#content, #dialog"; // forms elsewhere (sign out, colours) hold no work of an agent, and are for anyone

const asking = new WeakSet();
let released = null, complaint = null, resend = null;
let toast, text;

/** The buttons of a form (and those elsewhere that belong to it) do nothing while it is on its way. */
export function sending(form, on) {
  for (const button of form.elements) {
    if (button.type !== "submit" || button.disabled === on || (!on && !button.hasAttribute("aria-busy"))) continue;
    button.disabled = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

/** Forms are known by id or address, because htmx puts new elements in their place. */
export const nameOf = (form) => form.id || form.getAttribute("action") || "";

export const isPost = (form) => form.getAttribute("method") === "post";

/** What the server says of this browser; null where it says nothing. */
async function whoIsThere() {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(text("session"), { cache: "no-store", signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function attempt(send, { anyone = false } = {}) {
  complaint?.remove();
  const there = await whoIsThere();
  if (there && !anyone && there.agent !== text("agent")) return askToSignIn(there, send);
  $("#signed-out").close();
  if (there) {
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = there.token;
    send();
  } else complaint = toast({ text: text("unsent"), level: "bad", retry: () => attempt(send, { anyone }) });
}

/** state: "ended", "somebody" (else is signed in) or "ready" (to be sent). */
function show(state) {
  const dialog = $("#signed-out");
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  $("[data-send]", dialog).classList.toggle("button-primary", state === "ready");
  if (state === "ready") $("[data-send]", dialog).focus();
  $("[data-link]", dialog).hidden = state === "ready";
}

function askToSignIn(there, send) {
  const dialog = $("#signed-out");
  show(there.agent ? "somebody" : "ended");
  $("[data-still]", dialog).hidden = !dialog.open;
  resend = send;
  if (!dialog.open) dialog.showModal();
}

/** Back from the other window. */
async function lookAgain() {
  const dialog = $("#signed-out");
  if (!dialog.open || (await whoIsThere())?.agent !== text("agent")) return;
  $("[data-still]", dialog).hidden = true;
  show("ready");
}

export function whenSignedIn(send) {
  askToSignIn({ agent: "" }, send);
}

function release(form, button) {
  if (!form.isConnected) return;
  sending(form, false); // a button that rests sends nothing
  // htmx knows which button it was by its focus, which the button lost when it came to rest.
  if (button?.form === form) button.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  released = form;
  try {
    form.requestSubmit(button?.form === form ? button : null);
  } finally {
    released = null;
  }
}

/** Before everybody else, htmx included. */
function hold(event) {
  const form = event.target, button = event.submitter;
  if (!isPost(form) || form === released) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (asking.has(form)) return;
  asking.add(form);
  sending(form, true);
  let gone = false;
  const send = () => {
    gone = true;
    release(form, button);
  };
  attempt(send, { anyone: !form.closest(INPUT) }).finally(() => {
    asking.delete(form);
    if (!gone) sending(form, false);
  });
}

/** After everybody else: whoever prevented it sends it in another way. */
function sent(event, onSent) {
  const form = event.target;
  if (!isPost(form)) return;
  onSent(form);
  setTimeout(() => { // after the browser has read which button it was
    if (event.defaultPrevented) return;
    sending(form, true);
    setTimeout(() => sending(form, false), AGAIN_AFTER);
  });
}

export function guardForms({ onSent, ...page }) {
  ({ toast, text } = page);
  document.addEventListener("submit", hold, true);
  document.addEventListener("submit", (event) => sent(event, onSent));
  $("[data-send]", $("#signed-out")).addEventListener("click", () => attempt(resend));
  addEventListener("focus", lookAgain);
  addEventListener("pageshow", (event) => {
    if (event.persisted) { for (const form of document.forms) sending(form, false); }
  });
}

/**
 * The one place that listens to htmx: progress, buttons while sending, what failed, what the server tells.
 *
 *   listenToHtmx({ toast, text, opened })
 *     toast({ text, level, retry })   shows a sentence; `retry` adds a button
 *     text(name)                      an interface text
 *     opened(target)                  something was swapped in
 */
import { $ } from "./page.js";

const NETWORK = 0, UNAUTHORIZED = 401, FORBIDDEN = 403, NOT_FOUND = 404, TOO_MANY = 429, UNAVAILABLE = 503;
const NAMES = {
  [NETWORK]: "network",
  [FORBIDDEN]: "forbidden",
  [NOT_FOUND]: "gone",
  [TOO_MANY]: "busy",
  [UNAVAILABLE]: "busy",
};
const SAFE_TO_REPEAT = [NETWORK, TOO_MANY, UNAVAILABLE, 500, 502, 504];

let underWay = 0;

function count(change) {
  underWay = Math.max(0, underWay + change);
  $("#progress").toggleAttribute("data-busy", underWay > 0);
}

/** The buttons of a form (and those elsewhere that belong to it) do nothing while it is on its way. */
export function sending(form, on) {
  for (const button of form.elements) {
    if (button.type !== "submit" || button.disabled === on || (!on && !button.hasAttribute("aria-busy"))) continue;
    button.disabled = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

function again({ requestConfig: { verb, path, elt, target, triggeringEvent } }) {
  globalThis.htmx.ajax(verb, path, { source: elt, target, event: triggeringEvent });
}

function signedOut(xhr, signIn) {
  return xhr.status === UNAUTHORIZED || (xhr.responseURL && new URL(xhr.responseURL).pathname === signIn);
}

export function listenToHtmx({ toast, text, opened }) {
  const on = (name, heard) => document.body.addEventListener(name, (event) => heard(event.detail, event));
  const failed = (detail, status) =>
    toast({
      text: text(NAMES[status] ?? "broken"),
      level: "bad",
      retry: SAFE_TO_REPEAT.includes(status) ? () => again(detail) : null,
    });

  on("htmx:beforeSend", ({ elt, target }) => {
    count(1);
    target?.setAttribute("aria-busy", "true");
    if (elt.matches("form[method=post]")) sending(elt, true);
  });
  on("htmx:afterRequest", ({ elt, target }) => {
    count(-1);
    target?.removeAttribute("aria-busy");
    if (elt.matches("form[method=post]")) sending(elt, false);
  });
  on("htmx:beforeOnLoad", ({ xhr }, event) => {
    if (!signedOut(xhr, text("signIn"))) return;
    event.preventDefault();
    location.reload(); // the page itself leads to the sign-in, and back here
  });
  on("htmx:sendError", (detail) => failed(detail, NETWORK));
  on("htmx:timeout", (detail) => failed(detail, NETWORK));
  on("htmx:responseError", (detail) => failed(detail, detail.xhr.status));
  on("htmx:afterSwap", ({ target }) => opened(target));
  on("kefu:toast", ({ text: words, level }) => toast({ text: words, level }));
}

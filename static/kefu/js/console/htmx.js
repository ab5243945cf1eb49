/**
 * Listens to htmx's events for the whole console: progress, buttons while sending, failures, toasts of the server.
 *
 *   listenToHtmx({ toast, text, opened })
 *     toast({ text, level, retry })   shows a sentence; `retry` adds a button
 *     text(name)                      an interface text
 *     opened(target)                  something was swapped in
 */
import { sending, whenSignedIn } from "./forms.js";
import { $ } from "../base/page.js";

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

function again({ requestConfig: { verb, path, elt, target, triggeringEvent } }) {
  globalThis.htmx.ajax(verb, path, { source: elt, target, event: triggeringEvent });
}

function signedOut(xhr, signIn) {
  return xhr.status === UNAUTHORIZED || (xhr.responseURL && new URL(xhr.responseURL).pathname === signIn);
}

/** A question that was asked for before another one opened: it must not come in its place, under a pointer that is about
 * to answer. */
const isLate = ({ target, requestConfig: { elt } }) => target.matches("dialog[open]") && !target.contains(elt);

const here = () => location.pathname + location.search;

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
  on("htmx:beforeSwap", (detail) => {
    if (isLate(detail)) detail.shouldSwap = false;
  });
  on("htmx:beforeOnLoad", ({ xhr, requestConfig }, event) => {
    if (!signedOut(xhr, text("signIn"))) return;
    event.preventDefault();
    if (requestConfig.verb !== "get") whenSignedIn(() => again({ requestConfig }));
    else location.assign(`${text("signIn")}?${new URLSearchParams({ next: here(), ended: "1" })}`);
  });
  on("htmx:sendError", (detail) => failed(detail, NETWORK));
  on("htmx:timeout", (detail) => failed(detail, NETWORK));
  on("htmx:responseError", (detail) => {
    if (!detail.xhr.getResponseHeader("HX-Trigger")) failed(detail, detail.xhr.status); // else it says itself what is wrong
  });
  on("htmx:afterSwap", ({ target }) => opened(target));
  on("kefu:toast", ({ text: words, level }) => toast({ text: words, level }));
}

/**
 * Entry of the console's pages: wires the frame (menus, drawer, rail, dialog, toasts, ticks, copy buttons) and starts
 * the other modules of this folder. Every page works without it.
 *
 *   toast({ text, level, retry })   shows a sentence; `retry` adds a button
 */
import { editedWithin, forgetEdits, watchEdits } from "./edits.js";
import { chipAfterwards, watchFilters } from "./filters.js";
import { guardForms } from "./forms.js";
import { listenToHtmx } from "./htmx.js";
import { createLayers, watchDialogs } from "../base/layers.js";
import { $, composes } from "../base/page.js";
import { newPassword } from "./passwords.js";
import { offerReveals, reveal } from "./reveal.js";
import { watchTables } from "./tables.js";
import { watchWaiting } from "./waiting.js";

const SHOWN_FOR = 6000;
const toasts = $("#toasts");
const NARROW = globalThis.matchMedia("(max-width: 899px)");
const layers = createLayers({ isNarrow: () => NARROW.matches, closeTop });
const text = (name) => $("#console-texts").dataset[name];

/* Toasts: good news goes by itself, unless somebody is looking at it; bad news stays. */
export function toast({ text: words, level = "ok", retry = null }) {
  const node = $("#toast-template").content.firstElementChild.cloneNode(true);
  node.classList.add(`toast-${level}`);
  $("span", node).textContent = words;
  const button = $("[data-retry]", node);
  button.hidden = !retry;
  button.addEventListener("click", () => {
    node.remove();
    retry();
  });
  const leave = () => node.matches(":hover, :focus-within") ? setTimeout(leave, SHOWN_FOR) : node.remove();
  if (level !== "bad") setTimeout(leave, SHOWN_FOR);
  for (const old of toasts.querySelectorAll(".toast")) {
    if ($("span", old).textContent === words) old.remove();
  }
  toasts.append(node);
  placeToasts();
  return node;
}

/* Nothing outside a modal dialog can be clicked, so the toasts go with it. */
function placeToasts() {
  const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (toasts.parentNode !== place) place.append(toasts);
}

/* Menus and explanations: Esc and a click elsewhere close them. Where the keyboard was in one it stays with its button, to
   which a dialog that the menu opens gives it back. */
function closeDetails(except = null) {
  for (const details of document.querySelectorAll("details[data-closes][open]")) {
    if (details.contains(except)) continue;
    if (details.contains(document.activeElement)) $("summary", details).focus();
    details.open = false;
  }
}

function escape(event) {
  const open = event.target.closest?.("details[data-closes][open]") ?? $("details[data-closes][open]");
  if (open) {
    open.open = false;
    $("summary", open).focus();
  } else if (document.body.hasAttribute("data-drawer")) drawer(false);
}

/* The back key of a phone closes what was opened last. Whoever keeps what was typed keeps its dialog, too. */
function closeTop() {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1), details = $("details[data-closes][open]");
  if (dialog && mayClose(dialog)) dialog.close();
  else if (dialog) layers.opened();
  else if (details) details.open = false;
  else if (document.body.hasAttribute("data-drawer")) drawer(false);
  else return false;
  return true;
}

/* The rail as a drawer. Without this script #rail opens it. */
function drawer(open) {
  const opener = $("#drawer-open");
  document.body.toggleAttribute("data-drawer", open);
  opener.setAttribute("aria-expanded", String(open));
  for (const part of [$("#content"), $(".top")]) part.inert = open;
  if (open) {
    layers.opened();
    $("#drawer-close").focus();
  } else opener.focus();
}

function wireDrawer() {
  const opener = $("#drawer-open");
  if (location.hash === "#rail") history.replaceState(history.state, "", location.pathname + location.search);
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", "rail");
  for (const [id, open] of [["#drawer-open", true], ["#drawer-close", false], ["#rail-shade", false]]) {
    $(id).addEventListener("click", (event) => {
      event.preventDefault();
      drawer(open);
    });
  }
  NARROW.addEventListener("change", () => {
    if (document.body.hasAttribute("data-drawer")) drawer(false);
  });
}

/* Names or icons only: at once, and kept by the server for the next page. */
function wireRail() {
  const form = $("#rail-form");
  const button = $("button", form);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const choice = button.value;
    const body = new FormData(form);
    body.set("rail", choice);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => toast({ text: text("network") }));
    document.body.dataset.rail = choice;
    button.value = choice === "narrow" ? "wide" : "narrow";
    button.setAttribute("aria-label", choice === "narrow" ? button.dataset.wide : button.dataset.narrow);
  });
}

/* Questions in a dialog. */
function opened(target) {
  const dialog = $("#dialog");
  if (target === dialog && !dialog.open) dialog.showModal();
  arrange(target.isConnected ? target : document);
  showList();
}

/* A new page of a list is told to those who do not see it, and the keyboard goes on there. */
function showList() {
  const list = $(".list"), told = list && $("[data-announce]", list);
  if (!told) return;
  $("#announcer").textContent = told.textContent;
  const chip = chipAfterwards();
  if (document.activeElement !== document.body) return;
  if (chip) return chip.focus();
  list.tabIndex = -1;
  list.focus({ preventScroll: true });
}

function close(event, closer) {
  const box = closer.closest(".notice, .toast, dialog");
  if (!box) return;
  event.preventDefault();
  if (!box.matches("dialog")) box.remove();
  else if (mayClose(box)) box.close();
}

/* Whoever typed something into a question is asked before it is gone. */
function mayClose(dialog) {
  return !editedWithin(dialog) || confirm(text("leave"));
}

/* Ticks of a list. */
function showTicks(list) {
  const all = [...list.querySelectorAll(".row-check")], ticked = all.filter((box) => box.checked).length;
  const head = $("[data-check-all]", list), count = $("[data-bulk-count]", list);
  if (head) {
    head.hidden = false;
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  if (count && ticked) count.textContent = count.dataset.bulkCount.replace("{count}", ticked);
}

function tick(event) {
  const list = event.target.closest(".list");
  if (!list || !event.target.matches(".row-check, [data-check-all]")) return;
  if (event.target.matches("[data-check-all]")) {
    for (const box of list.querySelectorAll(".row-check")) box.checked = event.target.checked;
  }
  showTicks(list);
}

/* Copying: on plain HTTP there is no clipboard, but a selection can be copied. */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const words = source.value ?? source.textContent;
  if (await copied(words, source)) toast({ text: text("copied") });
  else toast({ text: text("copyByHand"), level: "info" });
}

async function copied(words, source) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

/* A password for somebody else: shown, because it has to be told. */
function suggest(button) {
  const field = document.getElementById(button.dataset.suggest);
  reveal(field, true);
  field.value = newPassword();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  copy({ dataset: { copy: field.id } });
}

/* What only scripts can do becomes visible where there is one. */
function arrange(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-suggest]")) button.hidden = false;
  offerReveals(root);
  watchTables(root);
  for (const list of root.matches?.(".list") ? [root] : root.querySelectorAll(".list")) showTicks(list);
  root.querySelector("[data-focus]")?.focus();
}

document.addEventListener("click", (event) => {
  closeDetails(event.target.closest(".row-menu .popup-item") ? null : event.target);
  const closer = event.target.closest("[data-close]"), copier = event.target.closest("[data-copy]");
  const suggester = event.target.closest("[data-suggest]");
  if (closer) close(event, closer);
  if (copier) copy(copier);
  if (suggester) suggest(suggester);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !composes(event)) escape(event);
});
document.addEventListener("cancel", (event) => {
  if (event.target.matches("dialog") && !mayClose(event.target)) event.preventDefault();
}, true);
document.addEventListener("close", placeToasts, true);
document.addEventListener(
  "toggle",
  ({ target }) => target.matches("details[data-closes][open]") && layers.opened(),
  true,
);
watchDialogs(document.querySelectorAll("dialog"), layers.opened);
document.addEventListener("change", tick);
guardForms({ toast, text, onSent: forgetEdits });
watchEdits();
watchFilters();
listenToHtmx({ toast, text, opened });
wireDrawer();
wireRail();
watchWaiting({ address: text("waitingAt"), words: text("waitingWords"), agent: text("agent") });
arrange(document);

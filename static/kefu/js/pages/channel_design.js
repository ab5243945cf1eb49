/**
 * Entry of the channel's design: the live preview beside its form. The form's values are sent 150 ms after the last
 * change; the answer has the address of the sample page with the real loader, whose new page is loaded behind the old
 * one, so that nothing flickers. Nothing is saved. Without this script the button "Show preview" does the same.
 */
import { $, h } from "../base/page.js";

const AFTER = 150;
const form = $("#design"), stage = $("#preview"), state = $("#preview-state");
const usual = state.textContent;
let timer, asked = 0;

function showAdvice({ advice, color }) {
  $("#advice").hidden = !advice;
  $("#advice-text").textContent = advice;
  $("#advice-fix").dataset.color = color;
}

/** The chat stays open where it was open; the reader stays in the field. */
function takeOver(coming, known) {
  const chat = coming.contentWindow.kefu, focused = document.activeElement;
  if (chat?.version && known.dataset.open) {
    chat("open");
    focused.focus();
  }
  watch(coming);
  delete coming.dataset.coming;
  known.remove();
}

/** Remember whether the chat in it is open. */
function watch(frame) {
  const chat = frame.contentWindow?.kefu;
  if (!chat?.version) return;
  chat("on", "open", () => (frame.dataset.open = "yes"));
  chat("on", "close", () => delete frame.dataset.open);
}

function show(address) {
  for (const waiting of stage.querySelectorAll("iframe[data-coming]")) waiting.remove();
  const known = $("iframe", stage);
  const coming = h("iframe", { src: address, title: known.title, "data-coming": true });
  coming.addEventListener("load", () => takeOver(coming, known), { once: true });
  stage.append(coming);
}

async function refresh() {
  const turn = ++asked;
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
    if (turn !== asked) return;
    if (answer.status === 422) {
      state.textContent = state.dataset.waiting;
      return;
    }
    if (!answer.ok) throw new Error(`preview: ${answer.status}`);
    const told = await answer.json();
    if (turn !== asked) return;
    showAdvice(told);
    show(told.address);
    state.textContent = usual;
  } catch {
    if (turn === asked) state.textContent = state.dataset.lost;
  }
}

function changed() {
  $("#color-value").textContent = form.elements.color.value;
  clearTimeout(timer);
  timer = setTimeout(refresh, AFTER);
}

form.addEventListener("input", changed);
// The welcome texts were saved: the open sample chat shows them.
document.addEventListener("htmx:afterSettle", refresh);
$("#advice-fix").addEventListener("click", (event) => {
  event.preventDefault();
  form.elements.color.value = event.currentTarget.dataset.color;
  changed();
});
$("#preview-sizes").addEventListener("click", (event) => {
  const size = event.target.closest("[data-size]")?.dataset.size;
  if (!size) return;
  stage.dataset.size = size;
  for (const button of $("#preview-sizes").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.size === size));
  }
});
$("#preview-sizes").hidden = false;
$("#show-preview").hidden = true;
const first = $("iframe", stage);
if (first.contentDocument?.readyState === "complete") watch(first);
else first.addEventListener("load", () => watch(first), { once: true });

/**
 * Text entry: safe with input methods, grows, keeps drafts, takes files by button, paste and drop.
 *
 *   createComposer({
 *     form, input,                      // <form> and its <textarea>
 *     drop,                             // element on which files may be dropped (gets class "over" meanwhile)
 *     tray,                             // empty element for the chips of chosen files
 *     counter,                          // empty element: characters left, shown near the limit
 *     button,                           // the send button: disabled while there is nothing to send
 *     picker,                           // <input type="file" multiple>, optional
 *     t, size(bytes),                   // texts: remove_file, characters_left, characters_over; from page.js
 *     maxBytes, maxLength = 4000, maxFiles = 9,
 *     sendKey: () => "enter",           // or "mod": Ctrl/⌘+Enter sends and Enter makes a new line
 *                                       //   (always so where fingers write: their keyboards have no Shift+Enter)
 *     draftKey: () => string | null,    // where the unsent text and the chosen files are kept; asked anew each time
 *     area = local,                     // storage of drafts; other windows that show the same one follow
 *     onSend(text, files),              // text may be empty when there are files
 *     onTyping(on),                     // at most every 4 s while typing; false after 6 s of silence
 *     onRefused(files, reason),         // "too_large" | "too_many" | "empty" | "wrong_kind"
 *   }) → { insert(text), set(text), text(), restore(), clear(), focus(), take(files), disable(off),
 *          chosen(key), forget(key) }   // names of the files kept under a key; lets go of them
 *
 * restore() shows the draft and the files of the present draftKey(): call it after switching conversations.
 *
 *   isBlank(text)                       // nothing that anybody could see; the server counts alike
 *   isAcceptable(file)                  // as far as name and type tell; the server looks into it
 */
import { composes, empty, h, icon, local, storable } from "./page.js";

const NEAR = 0.9; // of maxLength, from where the counter shows
const AFTER_COMPOSITION = 50; // ms: Safari reports the Enter that confirms a candidate after compositionend
const TYPING_EVERY = 4000;
const TYPING_ENDS = 6000;
/** Ignorable are zero width and marks of direction; then an empty Braille cell, marks of annotation, a note without a head. */
const VISIBLE = /[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}]/u;
const NAMES = /\.(jpe?g|png|gif|webp|pdf|(doc|xls|ppt)x?)$/i;
const TYPES = /^image\/(jpeg|png|gif|webp)$/; // phones and clipboards give pictures any name

export const isBlank = (text) => !VISIBLE.test(text);
export const isAcceptable = ({ name, type }) => NAMES.test(name) || TYPES.test(type);

export function createComposer(options) {
  const { form, input, drop, tray, counter, button, picker, t, size, onSend, onTyping, onRefused } = options;
  const { maxBytes, maxLength = 4000, maxFiles = 9, area = local } = options;
  const sendKey = options.sendKey || (() => "enter");
  const draftKey = options.draftKey || (() => null);
  const byFinger = globalThis.matchMedia("(pointer: coarse) and (hover: none)");
  const kept = new Map(); // draftKey → files of conversations that are not shown
  let shown = null; // draftKey of what stands here
  let files = []; // { file, chip, preview }
  let composing = false;
  let composedAt = -AFTER_COMPOSITION;
  let toldTypingAt = 0;
  let idleTimer;

  const length = () => input.value.length > maxLength * NEAR ? [...input.value.trim()].length : input.value.length;

  function refresh() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
    const left = maxLength - length();
    counter.hidden = left > maxLength * (1 - NEAR);
    counter.textContent = left < 0 ? t("characters_over", { count: -left }) : t("characters_left", { count: left });
    counter.classList.toggle("over", left < 0);
    button.disabled = input.disabled || left < 0 || (isBlank(input.value) && !files.length);
  }

  function keepDraft() {
    const key = draftKey();
    if (!key) return;
    if (input.value) area.setItem(key, input.value);
    else area.removeItem(key);
  }

  function typing(on) {
    clearTimeout(idleTimer);
    if (on) {
      idleTimer = setTimeout(() => typing(false), TYPING_ENDS);
      if (Date.now() - toldTypingAt < TYPING_EVERY) return;
      toldTypingAt = Date.now();
      onTyping(true);
    } else if (toldTypingAt) {
      toldTypingAt = 0;
      onTyping(false);
    }
  }

  function set(text) {
    input.value = text;
    keepDraft();
    refresh();
  }

  function insert(text) {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    keepDraft();
    refresh();
  }

  function confirmsCandidate(event) {
    return composing || composes(event) || event.timeStamp - composedAt < AFTER_COMPOSITION;
  }

  function onKeyDown(event) {
    if (event.key !== "Enter" || confirmsCandidate(event)) return;
    const mod = event.ctrlKey || event.metaKey;
    const sends = byFinger.matches || sendKey() === "mod" ? mod : !(mod || event.shiftKey || event.altKey);
    if (!sends && !mod) return; // the browser makes the new line
    event.preventDefault();
    if (sends) submit();
    else insert("\n");
  }

  function submit() {
    if (button.disabled) return;
    const text = isBlank(input.value) ? "" : storable(input.value).trim();
    const chosen = files.map((one) => one.file);
    clear();
    onSend(text, chosen);
    input.focus();
  }

  function clear() {
    set("");
    typing(false);
    files.slice().forEach(leave);
  }

  function take(list) {
    const room = maxFiles - files.length;
    let fit = [...list];
    const keep = (isRight, reason) => {
      const wrong = fit.filter((file, at) => !isRight(file, at));
      fit = fit.filter(isRight);
      if (wrong.length) onRefused(wrong, reason);
    };
    keep(isAcceptable, "wrong_kind");
    keep((file) => file.size <= maxBytes, "too_large");
    keep((file) => file.size, "empty");
    keep((_, at) => at < room, "too_many");
    fit.forEach(show);
    refresh();
    if (fit.length) input.focus();
  }

  function putAway() {
    for (const { chip } of files) chip.remove();
    if (files.length) kept.set(shown, files);
    shown = draftKey();
    files = kept.get(shown) ?? [];
    kept.delete(shown);
    for (const { chip } of files) tray.append(chip);
    tray.hidden = !files.length;
  }

  /** Another window sent or changed this draft. Where somebody wrote something else here, that stays. */
  function follow({ key, oldValue, newValue }) {
    if (!key || key !== draftKey() || composing || input.value !== (oldValue ?? "")) return;
    input.value = newValue ?? "";
    refresh();
  }

  function show(file) {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const one = { file, preview };
    const picture = preview ? h("img", { src: preview, alt: "", width: 40, height: 40 }) : null;
    const remove = h("button", {
      type: "button",
      "aria-label": t("remove_file", { name: file.name }),
      onclick: () => leave(one),
    }, icon("remove"));
    one.chip = h(
      "li",
      { class: "chip-file" },
      picture,
      h("span", {}, file.name),
      h("small", {}, size(file.size)),
      remove,
    );
    files.push(one);
    tray.append(one.chip);
    tray.hidden = false;
  }

  function leave(one) {
    files = files.filter((other) => other !== one);
    one.chip.remove();
    if (one.preview) URL.revokeObjectURL(one.preview);
    tray.hidden = !files.length;
    refresh();
  }

  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");

  /** A file that falls beside its place must not open instead of the page. */
  function guard(event) {
    if (!carriesFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  }

  function onDrag(event) {
    if (!carriesFiles(event) || input.disabled) return;
    event.preventDefault();
    drop.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") take(event.dataTransfer.files);
  }

  function onPaste(event) {
    const pasted = [...event.clipboardData.files];
    // Office programs put a picture of the text beside the text: then the text is meant.
    const { types } = event.clipboardData;
    if (!pasted.length || (types.includes("text/plain") && types.includes("text/html"))) return;
    event.preventDefault();
    take(pasted);
  }

  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", (event) => {
    composing = false;
    composedAt = event.timeStamp;
  });
  input.addEventListener("keydown", onKeyDown);
  input.addEventListener("input", () => {
    refresh();
    keepDraft();
    typing(Boolean(input.value));
  });
  input.addEventListener("blur", () => typing(false));
  input.addEventListener("paste", onPaste);
  for (const name of ["dragover", "drop"]) {
    drop.addEventListener(name, onDrag);
    globalThis.addEventListener(name, guard);
  }
  globalThis.addEventListener("storage", follow);
  const hint = () => (input.enterKeyHint = byFinger.matches ? "enter" : "send");
  byFinger.addEventListener("change", hint);
  hint();
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  if (picker) {
    picker.addEventListener("change", () => {
      take(picker.files);
      picker.value = "";
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  empty(tray);
  tray.hidden = true;
  refresh();

  return {
    insert(text) {
      insert(text);
      input.focus();
    },
    set,
    text: () => input.value,
    restore() {
      putAway();
      input.value = (shown && area.getItem(shown)) || "";
      refresh();
    },
    chosen: (key) => (key === shown ? files : kept.get(key) ?? []).map(({ file }) => file.name),
    forget(key) {
      for (const { preview } of kept.get(key) ?? []) if (preview) URL.revokeObjectURL(preview);
      kept.delete(key);
    },
    clear,
    focus: () => input.focus(),
    take,
    disable(off) {
      input.disabled = off;
      refresh();
    },
  };
}

/**
 * Text entry: safe with input methods, grows, keeps drafts, takes files by button, paste and drop.
 *
 *   createComposer({
 *     form, input,                      // <form> and its <textarea>
 *     drop,                             // element on which files may be dropped (gets class "over" meanwhile)
 *     openTray: () => tray,             // tray.js, or a promise of it, the same each time
 *     counter,                          // empty element: characters left, shown near the limit
 *     button,                           // the send button: disabled while there is nothing to send
 *     picker,                           // <input type="file" multiple>, optional
 *     t,                                // texts: characters_left, characters_over
 *     maxLength = 4000,
 *     sendKey: () => "enter",           // or "mod": Ctrl/⌘+Enter sends and Enter makes a new line
 *                                       //   (always so where fingers write: their keyboards have no Shift+Enter)
 *     draftKey: () => string | null,    // where the unsent text and the chosen files are kept; asked anew each time
 *     area = local,                     // storage of drafts
 *     onSend(text, files),              // text may be empty when there are files
 *     onTyping(on),                     // at most every 4 s while typing; false after 6 s of silence
 *   }) → { insert(text), set(text), text(), restore(), clear(), focus(), take(files), disable(off),
 *          refresh(),                   // after the files in the tray changed, or the text from outside
 *          isComposing() }              // a character, by an input method
 *
 * restore() shows the draft and the files of the present draftKey(): call it after switching conversations. Until then a
 * page may say `readonly`, so that nobody's Enter comes before there is somebody to hear it.
 *
 *   isBlank(text)                       // nothing that anybody could see; the server counts alike
 */
import { composes, local, storable } from "../base/page.js";

const NEAR = 0.9; // of maxLength, from where the counter shows
const AFTER_COMPOSITION = 50; // ms: Safari reports the Enter that confirms a candidate after compositionend
const TYPING_EVERY = 4000;
const TYPING_ENDS = 6000;
/** Ignorable are zero width and marks of direction; then an empty Braille cell, marks of annotation, a note without a head. */
const VISIBLE = /[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}]/u;

export const isBlank = (text) => !VISIBLE.test(text);

/** typing(on) tells of it; silence ends it. */
function createTyping(onTyping) {
  let toldAt = 0;
  let idleTimer;
  return function typing(on) {
    clearTimeout(idleTimer);
    if (on) {
      idleTimer = setTimeout(() => typing(false), TYPING_ENDS);
      if (Date.now() - toldAt < TYPING_EVERY) return;
      toldAt = Date.now();
      onTyping(true);
    } else if (toldAt) {
      toldAt = 0;
      onTyping(false);
    }
  };
}

/** Those that are dropped or pasted. */
function catchFiles({ drop, input, take }) {
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

  input.addEventListener("paste", onPaste);
  for (const name of ["dragover", "drop"]) {
    drop.addEventListener(name, onDrag);
    globalThis.addEventListener(name, guard);
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
}

export function createComposer(options) {
  const { form, input, drop, openTray, counter, button, picker, t, onSend, onTyping } = options;
  const { maxLength = 4000, area = local } = options;
  const sendKey = options.sendKey || (() => "enter");
  const draftKey = options.draftKey || (() => null);
  const byFinger = globalThis.matchMedia("(pointer: coarse) and (hover: none)");
  let tray = null;
  let composing = false;
  let composedAt = -AFTER_COMPOSITION;
  const typing = createTyping(onTyping);

  const length = () => input.value.length > maxLength * NEAR ? [...input.value.trim()].length : input.value.length;

  const chosen = () => tray ? tray.files() : [];

  function refresh() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
    const left = maxLength - length();
    counter.hidden = left > maxLength * (1 - NEAR);
    counter.textContent = left < 0 ? t("characters_over", { count: -left }) : t("characters_left", { count: left });
    counter.classList.toggle("over", left < 0);
    button.disabled = input.disabled || left < 0 || (isBlank(input.value) && !chosen().length);
  }

  function keepDraft() {
    const key = draftKey();
    if (!key) return;
    if (input.value) area.setItem(key, input.value);
    else area.removeItem(key);
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
    const files = chosen();
    clear();
    onSend(text, files);
    input.focus();
  }

  function clear() {
    set("");
    typing(false);
    if (tray) tray.clear();
  }

  /** Events forget their files when they are over. */
  async function take(list) {
    const files = [...list];
    if (!tray) {
      tray = await openTray();
      tray.turn(draftKey());
    }
    if (tray.take(files)) input.focus();
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
  catchFiles({ drop, input, take });
  const hint = () => (input.enterKeyHint = byFinger.matches ? "enter" : "send");
  byFinger.addEventListener("change", hint);
  hint();
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
  refresh();

  return {
    insert(text) {
      insert(text);
      input.focus();
    },
    set,
    text: () => input.value,
    restore() {
      const key = draftKey();
      if (tray) tray.turn(key);
      input.value = area.getItem(key); // null shows as nothing
      input.readOnly = false;
      refresh();
    },
    clear,
    focus: () => input.focus(),
    take,
    refresh,
    isComposing: () => composing,
    disable(off) {
      input.disabled = off;
      refresh();
    },
  };
}

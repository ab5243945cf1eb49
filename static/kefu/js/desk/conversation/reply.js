/**
 * The input of the open conversation: reply or private note, files, emoji, drafts.
 *
 *   const reply = createReply({ t, formats, preferences, drafts, maxBytes, toast,
 *     onSend({ conversation, text, files, note }), onTyping(conversation, on), onDraft(conversation) });
 *   reply.open(id), reply.show(isVisible, name), reply.note(), reply.focus()
 *   reply.chosen(id)              names of files that were chosen there and not sent
 *   reply.forget(id)              lets go of them: nothing can be sent there any more
 */
import { $ } from "../../base/page.js";
import { showEmoji } from "../../../chat/emoji.js";
import { createComposer } from "../../composer/composer.js";
import { createTray } from "../../composer/tray.js";
import { closeMenus } from "../frame/menu.js";

export function createReply({ t, formats, preferences, drafts, maxBytes, toast, onSend, onTyping, onDraft }) {
  const form = $("#composer"), input = $("#reply"), toggle = $("#note-toggle"), emoji = $("#emoji-popup");
  let conversation = null, isNote = false, typingIn = null, name = "";

  const mode = () => isNote ? "note" : "reply";

  /** A visitor must not learn that a note is being written, nor that somebody types in another conversation. */
  function typing(on) {
    if (typingIn && (!on || typingIn !== conversation)) {
      onTyping(typingIn, false);
      typingIn = null;
    }
    if (!on || isNote) return;
    typingIn = conversation;
    onTyping(conversation, true);
  }

  const tray = createTray({
    box: $("#composer-files"),
    t,
    size: formats.size,
    maxBytes,
    onChange: () => composer.refresh(),
    onRefused: (reason, values) => toast(t(`file_${reason}`, values), { bad: true }),
  });

  const composer = createComposer({
    form,
    input,
    drop: $("#pane-body"),
    openTray: () => tray,
    counter: $("#composer-count"),
    button: $("#send-button"),
    picker: $("#file-input"),
    t,
    sendKey: () => preferences.get("sendKey"),
    draftKey: () => conversation && drafts.key(conversation, mode()),
    onSend(text, files) {
      const note = isNote;
      if (note) setNote(false);
      onSend({ conversation, text, files, note });
      onDraft(conversation);
    },
    onTyping: typing,
  });

  function setNote(on) {
    if (on) typing(false);
    isNote = on;
    form.dataset.mode = mode();
    toggle.setAttribute("aria-pressed", String(on));
    $("#note-hint").hidden = !on;
    $("#send-button").textContent = t(on ? "save_note" : "send");
    label();
    composer.restore();
  }

  function label() {
    const words = t(isNote ? "note_to" : "reply_to", { name });
    input.setAttribute("aria-label", words);
    input.placeholder = words;
  }

  input.addEventListener("input", () => onDraft(conversation));
  toggle.addEventListener("click", () => {
    setNote(!isNote);
    composer.focus();
  });
  $("#image-button").addEventListener("click", () => $("#image-input").click());
  $("#file-button").addEventListener("click", () => $("#file-input").click());
  $("#image-input").addEventListener("change", (event) => {
    composer.take(event.target.files);
    event.target.value = "";
  });
  emoji.parentElement.addEventListener("menu:open", () => {
    if (!emoji.childElementCount) showEmoji(emoji, pick);
    emoji.querySelector('[tabindex="0"]').focus();
  });

  function pick(face) {
    closeMenus({ focus: false });
    composer.insert(face);
    onDraft(conversation);
  }

  /** Another window sent or changed this draft. Where somebody wrote something else here, that stays. */
  function follow({ key, oldValue, newValue }) {
    if (!conversation || key !== drafts.key(conversation, mode())) return;
    if (composer.isComposing() || input.value !== (oldValue ?? "")) return;
    input.value = newValue ?? "";
    composer.refresh();
  }
  addEventListener("storage", follow);

  const keys = (id) => [drafts.key(id), drafts.key(id, "note")];
  return {
    chosen: (id) => keys(id).flatMap(tray.chosen).join(", "),
    forget: (id) => keys(id).forEach(tray.forget),
    open(id) {
      typing(false);
      conversation = id;
      setNote(false);
    },
    show(isVisible, customer) {
      form.hidden = !isVisible;
      composer.disable(!isVisible);
      if (name === customer) return;
      name = customer;
      label();
    },
    note() {
      if (form.hidden) return;
      setNote(!isNote);
      composer.focus();
    },
    focus: () => form.hidden || composer.focus(),
  };
}

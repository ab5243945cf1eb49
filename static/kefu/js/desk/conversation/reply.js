/**
 * The input of the open conversation: reply or private note, files, emoji, drafts.
 *
 *   install(desk)                 after the pane, preferences, drafts, endings and the outbox
 *   desk.reply.focus(), desk.reply.edit(text, isNote)   puts a text where one writes
 *   desk.reply.chosen(id)         names of files that were chosen there and not sent
 */
import { $, composes } from "../../base/page.js";
import { showEmoji } from "../../../chat/emoji.js";
import { createComposer } from "../../composer/composer.js";
import { createTray } from "../../composer/tray.js";
import { closeMenus } from "../frame/menu.js";

/** A visitor must not learn that a note is being written, nor that somebody types in another conversation. */
function createTyping(desk) {
  const tell = (id, on) => desk.live.lossy({ t: "typing", conversation: id, on });
  let typingIn = null;

  return function typing(on, conversation, isNote) {
    if (typingIn && (!on || typingIn !== conversation)) {
      tell(typingIn, false);
      typingIn = null;
    }
    if (!on || isNote) return;
    typingIn = conversation;
    tell(conversation, true);
  };
}

export function install(desk) {
  const { drafts, endings, formats, maxBytes, model, preferences, t, toast } = desk;
  const form = $("#composer"), input = $("#reply"), toggle = $("#note-toggle"), emoji = $("#emoji-popup");
  let conversation = null, isNote = false, name = "";

  const mode = () => isNote ? "note" : "reply";

  const tellTyping = createTyping(desk), typing = (on) => tellTyping(on, conversation, isNote);

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
      const note = isNote, mentions = note ? desk.mention.of(text) : [];
      if (note) setNote(false);
      desk.outbox.write({ conversation, text, files, note, mentions });
      desk.pane.end();
      desk.repaint(conversation);
    },
    onTyping: typing,
  });

  /** Sends, and goes on to whoever has waited longest. */
  function sendAndGoOn(event) {
    const isMeant = event.key === "Enter" && event.shiftKey && (event.ctrlKey || event.metaKey);
    if (!isMeant || composes(event) || composer.isComposing()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.requestSubmit();
    desk.act("longest");
  }
  input.addEventListener("keydown", sendAndGoOn, { capture: true });

  function setNote(on) {
    if (on) typing(false);
    isNote = on;
    form.dataset.mode = mode();
    toggle.setAttribute("aria-pressed", String(on));
    $("#note-hint").hidden = !on;
    $("#send-button").textContent = t(on ? "save_note" : "send");
    label();
    composer.restore();
    desk.tell("noting", on);
  }

  function label() {
    const words = t(isNote ? "note_to" : "reply_to", { name });
    input.setAttribute("aria-label", words);
    input.placeholder = words;
  }

  input.addEventListener("input", () => desk.repaint(conversation));
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

  function insert(text) {
    composer.insert(text);
    desk.repaint(conversation);
  }

  function pick(face) {
    closeMenus({ focus: false });
    insert(face);
  }

  /** Another window sent or changed this draft. Where somebody wrote something else here, that stays. */
  function follow({ key, oldValue, newValue }) {
    if (!conversation || key !== drafts.key(conversation, mode())) return;
    if (composer.isComposing() || input.value !== (oldValue ?? "")) return;
    input.value = newValue ?? "";
    composer.refresh();
  }
  addEventListener("storage", follow);

  function open(id) {
    typing(false);
    conversation = id;
    setNote(false);
    if (id !== null) show();
  }

  function show() {
    const customer = model.row(conversation)?.customer.name ?? "";
    const isVisible = desk.canWrite(conversation) && !endings.has(conversation);
    form.hidden = !isVisible;
    composer.disable(!isVisible);
    if (name === customer) return;
    name = customer;
    label();
  }

  function note() {
    if (conversation === null) return false;
    if (form.hidden) return;
    setNote(!isNote);
    composer.focus();
  }

  const focus = () => form.hidden || composer.focus();
  const edit = (text, isNote) => form.hidden || (setNote(isNote), pick(text), composer.focus());
  const keys = (id) => [drafts.key(id), drafts.key(id, "note")];

  desk.on("opened", open);
  desk.on("marked", (id) => id === conversation && show());
  desk.on("lost", (row) => keys(row.conversation).forEach(tray.forget)); // nothing can be sent there any more
  desk.changes(({ rows, all }) => conversation !== null && (all || rows.has(conversation)) && show());
  desk.key("reply", () => conversation === null ? false : focus());
  desk.key("note", note);
  desk.panel(form, focus, () => conversation !== null);
  desk.reply = { focus, edit, insert, isNote: () => isNote, chosen: (id) => keys(id).flatMap(tray.chosen).join(", ") };
}

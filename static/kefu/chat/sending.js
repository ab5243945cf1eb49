/**
 * Sends for the visitor: texts and files through the outbox, other commands at once. Shows refusals through the view.
 *
 *   createSending(chat) → {
 *     compose(text, files),             // what was written goes into the outbox
 *     send(item, progress, signal),     // of the outbox; a file is uploaded before
 *     attempt(failed, frame),           // a command; where it is refused the visitor reads why, or the text `failed`
 *     openTray()                        // → Promise of the tray of chosen files, the same each time
 *   }
 */
import { $, insist } from "../js/base/page.js";
import { Refusal } from "../js/live/refusal.js";
import { toggle } from "./view.js";

const FILES = new URL("./files.js", import.meta.url);

export function createSending(chat) {
  const { t, view } = chat;
  let tray = null; // → the one of composer.js, when a file was chosen

  async function compose(text, files) {
    view.problem("");
    $("#ending").hidden = true;
    toggle($("#emoji"), $("#faces"), false);
    await chat.visitor.begin();
    files.forEach((file) => {
      const kind = file.type.startsWith("image/") ? "image" : "file";
      chat.outbox.add({ body: { kind, text: "", name: file.name }, file });
    });
    if (text) chat.outbox.add({ body: { kind: "text", text } });
    chat.thread.end();
  }

  async function send(item, progress, signal) {
    const { visitor } = chat;
    if (!visitor.isMet) throw new Refusal("network", "", false); // pumped again when the session is there
    if (item.file && !item.body.file) await (await insist(FILES)).store(chat, item, progress, signal);
    const { name: _, ...fields } = item.body;
    return (await command({ t: "message.post", id: item.cid, conversation: null, ...fields })).message;
  }

  async function attempt(failed, frame) {
    try {
      await command(frame);
    } catch (refusal) {
      view.problem(refusal.text || t(failed));
    }
  }

  async function command(frame) {
    const answer = await chat.live.command(frame);
    if (answer.row) chat.applyRow(answer.row);
    return answer;
  }

  function openTray() {
    const asked = () => insist(FILES, () => view.problem(t("unreachable")));
    return tray ||= asked().then((files) => files.openTray(chat));
  }

  return { compose, send, attempt, openTray };
}

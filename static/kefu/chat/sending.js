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

export function createSending(chat) {
  const { config, t, formats, view } = chat;
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
    if (item.file && !item.body.file) {
      const { upload } = await insist(new URL("../js/composer/upload.js", import.meta.url));
      const at = { url: config.urls.files, headers: visitor.headers() };
      const stored = await upload({ ...at, file: item.file, progress, signal });
      item.body = { ...item.body, kind: stored.kind, file: stored.id }; // what the server found in it
    }
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
    const asked = () =>
      insist(new URL("../js/composer/tray.js", import.meta.url), () => view.problem(t("unreachable")));
    tray ||= asked().then(({ createTray }) => {
      view.problem("");
      return createTray({
        box: $("#tray"),
        t,
        size: formats.size,
        maxBytes: config.max_bytes,
        onChange: () => chat.composer.refresh(),
        onRefused: (reason, values) => view.problem(t(reason, values)),
      });
    });
    return tray;
  }

  return { compose, send, attempt, openTray };
}

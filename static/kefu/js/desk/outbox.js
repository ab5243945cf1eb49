/**
 * The desk's outbox: sends what was written as commands of docs/protocol.md, until the server has confirmed it.
 *
 *   install(desk)                 desk.outbox (js/live/outbox.js), with
 *   desk.outbox.write({ conversation, text, files, note, mentions })
 */
import { upload } from "../composer/upload.js";
import { createOutbox } from "../live/outbox.js";

export function install(desk, area) {
  const { agentId, announcer, config, model, server, t } = desk;

  function onStatus(item) {
    desk.tell("unsent", item);
    if (item.status !== "failed") return;
    desk.refresh(model.unanswered(item.conversation));
    announcer.alarm(t("send_failed_spoken", { why: item.error || "" }));
  }

  /** The upload's id is kept in the item, so that a repeated try does not upload again. */
  async function send({ conversation, body, file, cid }, progress, signal) {
    if (file && !body.file) {
      const { urls } = config, headers = server.headers(), fields = { conversation };
      const { id, kind } = await upload({ url: urls.files, headers, file, fields, progress, signal });
      Object.assign(body, { kind, file: id });
    }
    const { name: _, ...fields } = body;
    return (await desk.ask({ t: "message.post", id: cid, conversation, ...fields })).message;
  }

  const outbox = createOutbox({ key: `kefu.outbox.${agentId}`, send, onStatus, area });

  function write({ conversation, text, files, note, mentions = [] }) {
    for (const file of files) {
      const kind = file.type.startsWith("image/") ? "image" : "file";
      outbox.add({ conversation, body: { kind, text: "", name: file.name, note }, file });
    }
    const named = mentions.length ? { mentions } : {};
    if (text) outbox.add({ conversation, body: { kind: "text", text, note, ...named } });
    if (!note) desk.refresh(model.answered(conversation));
  }

  desk.on("message", outbox.seen);
  desk.on("online", outbox.pump);
  desk.outbox = { ...outbox, write };
}

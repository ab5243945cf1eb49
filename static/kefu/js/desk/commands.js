/**
 * What the agent wants done, as commands of docs/protocol.md. A refusal becomes a sentence on the screen.
 *
 *   const wishes = createWishes({ live, addToOutbox(item), server, urls, t, toast, take(answer), asks });
 *   wishes.attempt(frame)         → Promise<answer | null>
 *   wishes.accept(id)             → Promise<answer | null>; at the limit it asks first, `asks(text)` → Promise<boolean>
 *   wishes.transfer({ conversation, to, note })   rejects with the refusal: the dialog shows it
 *   wishes.write({ conversation, text, files, note })   into the outbox
 *   wishes.post(item, progress, signal)           what the outbox sends
 */
import { upload } from "../composer/upload.js";

export function createWishes({ live, addToOutbox, server, urls, t, toast, take, asks }) {
  async function attempt(frame, onRefusal = tell) {
    try {
      const answer = await live.command(frame);
      take(answer);
      return answer;
    } catch (refusal) {
      return onRefusal(refusal);
    }
  }

  function tell(refusal) {
    toast(refusal.text || t("not_done"), { bad: true });
    return null;
  }

  function accept(conversation) {
    const frame = { t: "conversation.accept", conversation };
    return attempt(frame, async (refusal) => {
      if (refusal.code !== "above_cap") return tell(refusal);
      return await asks(refusal.text) ? attempt({ ...frame, above: true }) : null;
    });
  }

  async function transfer({ conversation, to, note }) {
    take(await live.command({ t: "conversation.transfer", conversation, to, note }));
    toast(t("transferred"));
  }

  function write({ conversation, text, files, note }) {
    for (const file of files) {
      const kind = file.type.startsWith("image/") ? "image" : "file";
      addToOutbox({ conversation, body: { kind, text: "", name: file.name, note }, file });
    }
    if (text) addToOutbox({ conversation, body: { kind: "text", text, note } });
  }

  /** The upload's id is kept in the item, so that a repeated try does not upload again. */
  async function post(item, progress, signal) {
    const { conversation, body, file, cid } = item;
    if (file && !body.file) {
      const fields = { conversation };
      body.file = (await upload({ url: urls.files, headers: server.headers(), file, fields, progress, signal })).id;
    }
    const content = { kind: body.kind, text: body.text, note: body.note, ...(body.file ? { file: body.file } : {}) };
    const answer = await live.command({ t: "message.post", id: cid, conversation, ...content });
    take(answer);
    return answer.message;
  }

  return { attempt, accept, transfer, write, post };
}

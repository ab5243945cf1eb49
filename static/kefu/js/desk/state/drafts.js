/**
 * Unsent text, per conversation and separately for replies and private notes. It survives a reload and a new sign-in.
 *
 *   const drafts = createDrafts(agentId);
 *   drafts.key(conversation, mode)  where the composer keeps it
 *   drafts.of(conversation)         the unsent reply, else the unsent note, else ""
 *   drafts.onChange(callback(conversation))   another window wrote or sent one
 *   drafts.prune(ids)               forgets those of conversations that are not on the desk any more
 *   install(desk)                   desk.drafts
 */
import { local } from "../../base/page.js";

export function createDrafts(agentId) {
  const prefix = `kefu.draft.${agentId}.`;
  const conversationOf = (name) => name.slice(prefix.length).replace(/\.(reply|note)$/, "");
  const key = (conversation, mode = "reply") => `${prefix}${conversation}.${mode}`;
  return {
    onChange(callback) {
      addEventListener("storage", ({ key: name }) => name?.startsWith(prefix) && callback(conversationOf(name)));
    },
    key,
    of: (id) => (local.getItem(key(id)) || local.getItem(key(id, "note")) || "").trim(),
    prune(ids) {
      const known = new Set(ids);
      for (const name of storedNames()) {
        if (!name.startsWith(prefix)) continue;
        if (!known.has(conversationOf(name))) local.removeItem(name);
      }
    },
  };
}

function storedNames() {
  try {
    return Object.keys(localStorage);
  } catch {
    return []; // the browser refuses storage: drafts live in memory and end with the page
  }
}

export function install(desk) {
  const drafts = createDrafts(desk.agentId);
  drafts.onChange(desk.repaint);
  desk.on("began", () => drafts.prune(desk.model.mine().map((row) => row.conversation)));
  desk.drafts = drafts;
}

/**
 * Sends what a user wrote until the server has confirmed it. Kept in storage, so it survives a reload; strictly in
 * order within a conversation; one conversation's trouble does not hold up another's. Repeating is safe, because the
 * server knows an item by its `cid`.
 *
 *   createOutbox({
 *     key,                              // storage key, one per user
 *     send(item, progress, signal),     // → Promise<stored message>; rejects with { code, text, permanent }
 *                                       //   progress(0…1) of an upload; signal: aborted when the item is dropped
 *     onStatus(item),                   // item.status: "queued" | "sending" | "failed" | "sent" (then item.message)
 *   }) → {
 *     add({ conversation, body, file }) // → item { cid, at, conversation, body, file, status, progress, error,
 *                                       //   hopeless: it failed, and trying again cannot help }
 *     retry(cid), drop(cid),            // drop also cancels an upload that is under way
 *     seen(message),                    // a frame brought this message: if it is mine, it is sent
 *     pending(conversation?),           // copies, in order
 *     pump(),                           // try again now (call it when the connection is back)
 *   }
 *
 * A `file` (a File) is held in memory only: set `item.body.file` to the id of the upload in `send` and the item is
 * durable from then on.
 */
import { local, newId, readJson, writeJson } from "../base/page.js";
import { Refusal } from "./refusal.js";

const HOPELESS = ["file_refused", "kind_refused", "too_large", "http_413"]; // what was chosen is at fault, not the moment
const TRIES = 8; // of refusals that say "later"; a missing network is waited for without end

export function createOutbox({ key, send, onStatus, area = local }) {
  let items = readJson(area, key, []).map((item) => ({
    ...item,
    status: item.status === "failed" ? "failed" : "queued",
  }));
  const lanes = new Map(); // conversation → { busy, timer }
  const find = (cid) => items.find((item) => item.cid === cid);
  const lasting = (item) => !item.file || item.body.file;

  /** Several tabs of one user share the storage: each writes only the item it touched. */
  function save(item, gone = false) {
    const stored = readJson(area, key, []);
    const at = stored.findIndex((one) => one.cid === item.cid);
    const { cid, conversation, body, status, error, hopeless } = item;
    const value = { cid, at: item.at, conversation, body, status, error, hopeless };
    if (at >= 0) stored.splice(at, 1, ...(gone ? [] : [value]));
    else if (!gone && lasting(item)) stored.push(value);
    writeJson(area, key, stored.length ? stored : null);
  }

  function change(item, status, more = {}) {
    Object.assign(item, more, { status });
    save(item);
    onStatus({ ...item });
  }

  function remove(item) {
    items = items.filter((one) => one !== item);
    save(item, true);
  }

  function confirm(item, message) {
    if (!items.includes(item)) return; // the frame was faster than the answer, or the other way round
    remove(item);
    if (item.settle) item.settle(message); // the lane goes on, whatever happens to the answer
    onStatus({ ...item, status: "sent", progress: undefined, message });
  }

  function lane(conversation) {
    if (!lanes.has(conversation)) lanes.set(conversation, { busy: false, timer: null });
    return lanes.get(conversation);
  }

  async function run(conversation) {
    const state = lane(conversation);
    if (state.busy) return;
    state.busy = true;
    clearTimeout(state.timer);
    for (;;) {
      const item = items.find((one) => one.conversation === conversation && one.status !== "failed");
      if (!item) break;
      const wait = await attempt(item);
      if (wait) {
        state.timer = setTimeout(() => run(conversation), wait);
        break;
      }
    }
    state.busy = false;
  }

  /** One try; the milliseconds to wait before the next one, or 0 when the lane may go on. */
  async function attempt(item) {
    const abort = new AbortController();
    item.cancel = () => abort.abort();
    change(item, "sending");
    const progress = (part) => onStatus(Object.assign(item, { progress: part }) && { ...item });
    try {
      const seen = new Promise((resolve) => (item.settle = resolve));
      confirm(item, await Promise.race([send(item, progress, abort.signal), seen]));
      return 0;
    } catch (error) {
      if (!items.includes(item)) return 0; // dropped, or confirmed by its frame
      if (!(error instanceof Refusal)) console.error(error);
      if (error.code !== "network") item.tries = (item.tries || 0) + 1;
      if (error.permanent || item.tries >= TRIES) {
        const hopeless = HOPELESS.includes(error.code);
        change(item, "failed", { error: error.text || "", hopeless, progress: undefined });
        return 0;
      }
      item.waits = (item.waits || 0) + 1;
      change(item, "queued");
      return Math.min(30_000, 1000 * 2 ** Math.min(item.waits - 1, 5));
    }
  }

  function pump() {
    items.forEach((item) => (item.waits = 0));
    new Set(items.map((item) => item.conversation)).forEach(run);
  }

  globalThis.addEventListener("online", pump);
  return {
    add({ conversation = null, body, file = null }) {
      const item = { cid: newId(), at: Date.now(), conversation, body, file, status: "queued" };
      items.push(item);
      change(item, "queued");
      run(conversation);
      return { ...item };
    },
    retry(cid) {
      const item = find(cid);
      if (!item) return;
      item.tries = item.waits = 0;
      change(item, "queued", { error: undefined });
      run(item.conversation);
    },
    drop(cid) {
      const item = find(cid);
      if (!item) return;
      remove(item);
      if (item.cancel) item.cancel();
    },
    seen(message) {
      const item = find(message.cid);
      if (item) confirm(item, message);
    },
    pending: (conversation) =>
      items.filter((item) => conversation === undefined || item.conversation === conversation).map((item) => ({
        ...item,
      })),
    pump,
  };
}

/**
 * Who is around the chat: the loader on somebody's site, or nobody (the page stands alone, behind a QR code or link).
 * The loader keeps what must survive a reload, because a frame inside another site may be refused all storage.
 *
 *   connectHost({ channel, origins, handlers: { open, close, message, logout } }) → Promise<{
 *     saved,             // { token, person, live, seen, lang }, {} at first
 *     page,              // { url, title, referrer } of the page that the visitor is on
 *     isOpen, embedded,
 *     save(patch),       // into saved, and kept
 *     tell(name, data),  // "close" | "unread" | "event" to the loader; nothing happens without one
 *   }>
 */
import { local, readJson, writeJson } from "../js/page.js";

function standAlone(channel) {
  const key = `kefu:${channel}`;
  const saved = readJson(local, key, {});
  return {
    saved,
    page: { url: location.href.split("#")[0], title: document.title, referrer: document.referrer },
    isOpen: true,
    embedded: false,
    save: (patch) => writeJson(local, key, Object.assign(saved, patch)),
    tell() {},
  };
}

function inside(port, { saved, page, open }, handlers) {
  port.onmessage = ({ data }) => handlers[data.t](data.d);
  const tell = (t, d) => port.postMessage({ t, d });
  return {
    saved,
    page,
    isOpen: open,
    embedded: true,
    save(patch) {
      Object.assign(saved, patch);
      tell("save", patch);
    },
    tell,
  };
}

export function connectHost({ channel, origins, handlers }) {
  if (parent === window) return Promise.resolve(standAlone(channel));
  return new Promise((resolve) => {
    addEventListener("message", function greeted(event) {
      const allowed = origins.includes("*") || origins.includes(event.origin);
      if (!allowed || event.source !== parent || !event.data || event.data.k !== "kefu:hello") return;
      removeEventListener("message", greeted);
      resolve(inside(event.ports[0], event.data, handlers));
    });
    parent.postMessage("kefu:ready", "*"); // says nothing; the answer is what is checked
  });
}

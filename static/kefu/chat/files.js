/**
 * The visitor's files: chosen into the tray, uploaded when they are sent. Loaded with the first one.
 *
 *   openTray(chat)                            // the tray of composer.js
 *   store(chat, item, progress, signal)       // → Promise: the file of an outbox item is at the server, and its body says so
 */
import { $ } from "../js/base/page.js";
import { createTray } from "../js/composer/tray.js";
import { upload } from "../js/composer/upload.js";

export function openTray({ config, t, formats, view, composer }) {
  view.problem("");
  return createTray({
    box: $("#tray"),
    t,
    size: formats.size,
    maxBytes: config.max_bytes,
    onChange: () => composer.refresh(),
    onRefused: (reason, values) => view.problem(t(reason, values)),
  });
}

export async function store({ config, visitor }, item, progress, signal) {
  const at = { url: config.urls.files, headers: visitor.headers() };
  const stored = await upload({ ...at, file: item.file, progress, signal });
  item.body = { ...item.body, kind: stored.kind, file: stored.id }; // what the server found in it
}

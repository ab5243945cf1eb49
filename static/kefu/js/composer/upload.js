/**
 * Uploads a chosen file, with progress.
 *
 *   upload({ url, headers, file, fields, progress, signal })  // → Promise<file object>, rejects like send of outbox.js
 *                                     //   progress(0…1); signal: aborted when the item is dropped
 */
import { Refusal } from "../live/refusal.js";

/** fetch() cannot tell the progress of an upload. */
export function upload({ url, headers, file, fields = {}, progress, signal }) {
  return new Promise((resolve, reject) => {
    const form = new FormData(), name = file.name || "image.png";
    form.append("name", name); // whole: the name of a part loses on the way what joins letters
    Object.entries(fields).forEach(([field, value]) => form.append(field, value));
    form.append("file", file, name);
    const transfer = new XMLHttpRequest();
    transfer.open("POST", url);
    transfer.responseType = "json";
    Object.entries(headers).forEach(([name, value]) => transfer.setRequestHeader(name, value));
    transfer.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    transfer.onload = () => {
      const answer = transfer.response || {};
      if (transfer.status < 300 && answer.file) return resolve(answer.file);
      const later = transfer.status >= 500 || [401, 408, 429].includes(transfer.status);
      reject(new Refusal(answer.code || `http_${transfer.status}`, answer.text, !later));
    };
    transfer.onerror = transfer.ontimeout = transfer.onabort = () => reject(new Refusal("network", "", false));
    if (signal.aborted) return transfer.onabort();
    signal.addEventListener("abort", () => transfer.abort());
    transfer.send(form);
  });
}

/**
 * A dialog that lists what could not be done, and why.
 *
 *   const report = createReport(dialog);
 *   report(title, [{ name, text }])
 */
import { $, h } from "../base/page.js";

export function createReport(dialog) {
  return (title, entries) => {
    $("h2", dialog).textContent = title;
    $("ul", dialog).replaceChildren(
      ...entries.map(({ name, text }) => h("li", {}, h("strong", {}, name), h("span", {}, text))),
    );
    if (!dialog.open) dialog.showModal();
  };
}

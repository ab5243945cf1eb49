/**
 * Opens the search: a button in the top bar, and Ctrl+K or ⌘K wherever the agent types. Its dialog comes with the first
 * use (dialog.js).
 *
 *   install(desk)                 after the pane and navigation
 *   isSearchKey(event)            pure
 */
import { $, composes, late } from "../../base/page.js";

export function isSearchKey(event) {
  const { code, ctrlKey, metaKey, altKey, shiftKey } = event;
  return code === "KeyK" && ctrlKey !== metaKey && !altKey && !shiftKey && !composes(event);
}

const DIALOG = new URL("./dialog.js", import.meta.url);

export function install(desk) {
  const button = $("#search-button"), dialog = $("#search-dialog");
  let search = null; // a promise of it

  async function open() {
    try {
      search ??= late(DIALOG).then(({ createDialog }) => createDialog(desk));
      (await search).open();
    } catch {
      search = null; // no connection: the next click asks again
      desk.toast(desk.t("not_done"), { bad: true });
    }
  }

  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (!isSearchKey(event)) return;
    event.preventDefault(); // the browser's own search of the address bar
    if (!document.querySelector("dialog[open]")) open();
    else if (dialog.open) dialog.close();
  });
}

/**
 * Opens the search: a button in the top bar, and Ctrl+K or ⌘K wherever the agent types.
 *
 *   install(desk)                 after the pane and navigation
 *   isSearchKey(event)            pure
 */
import { $, composes } from "../../base/page.js";
import { createDialog } from "./dialog.js";

export function isSearchKey(event) {
  const { code, ctrlKey, metaKey, altKey, shiftKey } = event;
  return code === "KeyK" && ctrlKey !== metaKey && !altKey && !shiftKey && !composes(event);
}

export function install(desk) {
  const button = $("#search-button"), dialog = $("#search-dialog"), { open } = createDialog(desk);

  button.addEventListener("click", () => open());
  document.addEventListener("keydown", (event) => {
    if (!isSearchKey(event)) return;
    event.preventDefault(); // the browser's own search of the address bar
    if (!document.querySelector("dialog[open]")) open();
    else if (dialog.open) dialog.close();
  });
}

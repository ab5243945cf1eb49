/**
 * Opens the search: a button in the top bar, and Ctrl+K or ⌘K wherever the agent types. The dialog opens at once, so that
 * no letter goes astray; what searches comes with its first opening (dialog.js).
 *
 *   install(desk)                 after the pane and navigation
 *   isSearchKey(event)            pure
 */
import { $, composes } from "../../base/page.js";

export function isSearchKey(event) {
  const { code, ctrlKey, metaKey, altKey, shiftKey } = event;
  return code === "KeyK" && ctrlKey !== metaKey && !altKey && !shiftKey && !composes(event);
}

export function install(desk) {
  const dialog = $("#search-dialog"),
    input = $("#search-input"),
    hint = $("#search-hint"),
    failed = $("#search-failed");
  const bring = desk.later(new URL("./dialog.js", import.meta.url));
  let search = null;

  async function open() {
    if (!dialog.open) dialog.showModal();
    input.select();
    search = await bring();
    if (search) search.opened();
    else fail();
  }

  function fail() {
    $("#search-failed-text").textContent = desk.t("search_failed");
    hint.hidden = true;
    failed.hidden = false;
  }

  $("#search-button").addEventListener("click", open);
  $("#search-again").addEventListener("click", () => search || open());
  document.addEventListener("keydown", (event) => {
    if (!isSearchKey(event)) return;
    event.preventDefault(); // the browser's own search of the address bar
    if (!document.querySelector("dialog[open]")) open();
    else if (dialog.open) dialog.close();
  });
}

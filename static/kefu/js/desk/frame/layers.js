/**
 * Lets the system's back key close what lies over the desk: a dialog, a menu, the customer's drawer.
 *
 *   install(desk)                 desk.layers (base/layers.js)
 */
import { $ } from "../../base/page.js";
import { createLayers, watchDialogs } from "../../base/layers.js";
import { closeMenus } from "./menu.js";

const DIALOGS = "dialog:not(#sign-in-dialog)";

export function install(desk) {
  const narrow = matchMedia("(max-width: 1199px)");

  function closeTop() {
    const dialog = $(DIALOGS.replace("dialog", "dialog[open]"));
    if (dialog) dialog.close();
    return Boolean(dialog) || closeMenus() || desk.customer.close();
  }

  const layers = createLayers({ isNarrow: () => narrow.matches, closeTop });
  document.addEventListener("menu:open", layers.opened);
  watchDialogs(document.querySelectorAll(DIALOGS), layers.opened);
  desk.layers = layers;
}

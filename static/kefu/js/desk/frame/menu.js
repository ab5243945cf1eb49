/**
 * Buttons that open a popup: one open at a time, Esc and a click elsewhere close it and the focus returns.
 *
 *   openMenus(root)               wires every [data-menu] (a button with aria-controls, and its popup)
 *   closeMenus() → true when one was open
 */
import { $, composes } from "../../base/page.js";

let open = null;

function toggle(menu, show) {
  const button = $("[aria-expanded]", menu), popup = document.getElementById(button.getAttribute("aria-controls"));
  button.setAttribute("aria-expanded", String(show));
  popup.hidden = !show;
  open = show ? menu : null;
  menu.dispatchEvent(new CustomEvent(show ? "menu:open" : "menu:close", { bubbles: true }));
}

export function closeMenus({ focus = true } = {}) {
  if (!open) return false;
  const button = $("[aria-expanded]", open);
  toggle(open, false);
  if (focus) button.focus();
  return true;
}

export function openMenus(root = document) {
  for (const menu of root.querySelectorAll("[data-menu]")) {
    $("[aria-expanded]", menu).addEventListener("click", () => {
      const wasOpen = open === menu;
      closeMenus({ focus: false });
      if (!wasOpen) toggle(menu, true);
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composes(event) || open !== menu) return;
      event.stopPropagation();
      closeMenus();
    });
    menu.addEventListener("focusout", (event) => {
      if (open === menu && event.relatedTarget && !menu.contains(event.relatedTarget)) closeMenus({ focus: false });
    });
  }
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.contains(event.target)) closeMenus({ focus: false });
  });
}

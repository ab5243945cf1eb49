/**
 * What can be done with a row without opening it: a menu at its button, and where the pointer asks for one.
 *
 *   install(desk)                 after the list, the endings and marking as unread
 */
import { $, composes } from "../../base/page.js";

export function install(desk) {
  const { endings, model, t, toast } = desk, menu = $("#row-menu"), rows = $("#rows-active");
  const items = [...menu.querySelectorAll("[data-do]")];
  let id = null, from = null;

  const acts = {
    open: () => desk.navigation.go(id, { focus: true }),
    star: () => desk.stars.toggle(model.row(id).customer.id),
    unread: () => desk.markUnread(id),
    end() {
      const ending = id;
      endings.start(ending);
      const undo = () => endings.undo(ending);
      toast(t("several_end", { n: 1 }), { action: t("undo"), onAction: undo, lasts: endings.undoFor, undoes: true });
    },
  };

  function open(row, button, { x, y }) {
    [id, from] = [$(".row-link", row).hash.slice(3), button];
    desk.stars.label(menu, model.row(id).customer.id);
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    const { width, height } = menu.getBoundingClientRect(), { clientWidth, clientHeight } = document.documentElement;
    menu.style.insetInlineStart = `${Math.max(8, Math.min(x, clientWidth - width - 8))}px`;
    menu.style.insetBlockStart = `${Math.max(8, Math.min(y, clientHeight - height - 8))}px`;
    items[0].focus();
  }

  function close({ focus = false } = {}) {
    if (menu.hidden) return;
    menu.hidden = true;
    from.setAttribute("aria-expanded", "false");
    if (focus && from.isConnected) from.focus();
  }

  rows.addEventListener("click", (event) => {
    const button = event.target.closest(".row-more");
    if (!button) return;
    const { left, bottom } = button.getBoundingClientRect(), wasOpen = !menu.hidden && from === button;
    close();
    if (!wasOpen) open(button.closest(".row"), button, { x: left, y: bottom + 4 });
  });
  rows.addEventListener("contextmenu", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    event.preventDefault();
    open(row, $(".row-more", row), { x: event.clientX, y: event.clientY });
  });
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[data-do]");
    if (!item) return;
    close({ focus: item.dataset.do !== "open" });
    if (model.row(id)) acts[item.dataset.do]();
  });
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[to % items.length].focus();
    } else if (event.key === "Escape" && !composes(event)) {
      event.preventDefault();
      event.stopPropagation();
      close({ focus: true });
    }
  });
  menu.addEventListener("focusout", (event) => !menu.contains(event.relatedTarget) && event.relatedTarget && close());
  document.addEventListener(
    "pointerdown",
    ({ target }) => !menu.contains(target) && !from?.contains(target) && close(),
  );
  $("#mine-scroll").addEventListener("scroll", () => close(), { passive: true });
}

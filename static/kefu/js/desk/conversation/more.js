/**
 * The menu in the head of the conversation: what has no button there, or none on a phone; the way to a day, and a link.
 *
 *   install(desk)                 after the pane, the transfer and the endings
 */
import { $ } from "../../base/page.js";
import { closeMenus } from "../frame/menu.js";

export function install(desk) {
  const { model, t, toast } = desk, popup = $("#pane-popup"), day = $("#jump-day");

  async function jump() {
    const time = new Date(`${day.value}T00:00`).getTime();
    if (!Number.isFinite(time)) return day.focus();
    closeMenus({ focus: false });
    if ((await desk.pane.showSince(time)) === false) toast(t("nothing_since"));
  }

  popup.parentElement.addEventListener("menu:open", () => {
    const row = model.row(desk.current);
    if (row) desk.stars.label(popup, row.customer.id);
  });
  popup.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-act]")?.dataset.act;
    if (!name) return;
    closeMenus({ focus: false });
    desk.act(name);
  });
  $("#copy-link").addEventListener("click", () => {
    closeMenus();
    desk.copy(location.href, t("link_copied"));
  });
  $("#jump-form").addEventListener("submit", (event) => {
    event.preventDefault();
    jump();
  });
}

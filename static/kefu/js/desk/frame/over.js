/**
 * Above the limit: a warning with two ways out, ending several conversations or a higher limit.
 *
 *   install(desk)                 after choosing several
 */
import { $ } from "../../base/page.js";
import { closeMenus } from "./menu.js";

export function install(desk) {
  const { batch, model, t, toast } = desk, menu = $("#over-menu"), form = $("#over-form"), wanted = $("#over-cap");

  function show() {
    const { load, cap } = model.me, over = load > cap;
    if (!over && !menu.hidden && !$("#over-popup").hidden) closeMenus();
    menu.hidden = !over;
    $("#load").hidden = over;
    $("#over-figure").textContent = `${load}/${cap}`;
    $("#over-text").textContent = t("over_text", { n: load - cap });
  }

  async function raise(event) {
    event.preventDefault();
    if (!(await desk.command({ t: "cap.set", cap: Number(wanted.value) }))) return;
    closeMenus();
    toast(t("cap_raised"));
  }

  menu.addEventListener("menu:open", () => wanted && (wanted.value = model.me.load));
  $("#over-batch").addEventListener("click", () => {
    closeMenus({ focus: false });
    batch.begin();
  });
  form?.addEventListener("submit", raise);
  desk.changes(({ me }) => me && show());
}

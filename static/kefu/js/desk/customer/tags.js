/**
 * Gives tags to the customer while typing, and takes them away.
 *
 *   install(desk)                after the panel
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { customer, t } = desk, box = $("#customer");

  function complain(text) {
    const error = $("#tag-error", box);
    error.textContent = text;
    error.hidden = !text;
  }

  async function ask(frame) {
    const conversation = $(".customer", box).dataset.of;
    try {
      await desk.ask({ ...frame, conversation });
      complain("");
      customer.refresh();
    } catch ({ text }) {
      complain(text || t("not_done"));
    }
  }

  function add(form) {
    const input = $("[name]", form), name = input.value.trim();
    if (!name) return;
    input.value = "";
    customer.hold(false);
    ask({ t: "customer.tag", name });
  }

  box.addEventListener("submit", (event) => {
    if (!event.target.matches("#tag-form")) return;
    event.preventDefault();
    add(event.target);
  });
  box.addEventListener("input", (event) => {
    if (event.target.matches(".tag-input")) customer.hold(event.target.value !== "");
  });
  box.addEventListener("focusout", (event) => event.target.matches(".tag-input") && add(event.target.closest("form")));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.matches(".tag-input")) return;
    event.stopPropagation();
    event.target.value = "";
    customer.hold(false);
    event.target.blur();
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-untag]");
    if (button) ask({ t: "customer.untag", tag: button.dataset.untag });
  });
}

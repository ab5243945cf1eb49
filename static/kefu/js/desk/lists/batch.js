/**
 * Several conversations at once: a row is chosen by its box, all that the filter shows by one, and then read, handed
 * over or ended together.
 *
 *   install(desk)                 after the list, the endings and the receipts
 *   desk.batch.begin()            boxes are shown, and the bar that says what can be done
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { announcer, endings, list, lists, model, t, toast } = desk;
  const panel = $("#mine"), bar = $("#batch-bar"), button = $("#batch-button"), all = $("#batch-all");
  const rows = $("#rows-active"),
    read = $("#batch-read"),
    end = $("#batch-end"),
    transfer = $("#batch-transfer"),
    count = $("#batch-count");
  const chosen = new Set();
  const isOn = () => !bar.hidden;

  function show() {
    if (!isOn()) return;
    const ids = list.ids();
    for (const id of [...chosen]) if (!ids.includes(id)) chosen.delete(id);
    for (const node of rows.children) {
      const id = $(".row-link", node).hash.slice(3), box = $(".row-choose", node);
      box.checked = chosen.has(id);
      box.setAttribute("aria-label", t("choose_named", { name: $(".row-name", node).textContent }));
    }
    all.checked = ids.length > 0 && chosen.size === ids.length;
    all.indeterminate = chosen.size > 0 && chosen.size < ids.length;
    count.textContent = t("chosen_many", { n: chosen.size });
    for (const one of [read, transfer, end]) one.disabled = !chosen.size;
  }

  function begin() {
    lists.select("mine");
    bar.hidden = false;
    panel.dataset.batch = "true";
    button.setAttribute("aria-pressed", "true");
    show();
    all.focus();
  }

  function finish() {
    if (!isOn()) return false;
    chosen.clear();
    bar.hidden = true;
    panel.removeAttribute("data-batch");
    button.setAttribute("aria-pressed", "false");
    button.focus();
    return true;
  }

  function toggle(id) {
    if (!chosen.delete(id)) chosen.add(id);
    show();
  }

  /** In this mode a row is chosen, not opened. */
  function onClick(event) {
    const row = isOn() && event.target.closest(".row");
    if (!row || event.target.closest(".row-star, .row-more")) return;
    if (!event.target.closest(".row-choose")) event.preventDefault();
    event.stopPropagation();
    toggle($(".row-link", row).hash.slice(3));
  }

  async function readAll() {
    const seen = [...chosen].map(model.row).filter((row) => row?.unread > 0 || row?.handed_by);
    const frame = { t: "conversations.read", read: Object.fromEntries(seen.map((row) => [row.conversation, row.n])) };
    if (seen.length && !(await desk.command(frame))) return;
    announcer.say(t("all_read"));
    finish();
  }

  function endAll() {
    const ids = [...chosen];
    ids.forEach(endings.start);
    finish();
    toast(t("several_end", { n: ids.length }), {
      action: t("undo"),
      onAction: () => ids.forEach(endings.undo),
      lasts: endings.undoFor,
      undoes: true,
    });
  }

  rows.addEventListener("keydown", (event) => {
    if (!isOn() || event.key !== " " || !event.target.closest(".row-link")) return;
    event.preventDefault();
    toggle(event.target.hash.slice(3));
  });
  button.addEventListener("click", () => isOn() ? finish() : begin());
  $("#batch-done").addEventListener("click", finish);
  all.addEventListener("change", () => {
    chosen.clear();
    if (all.checked) list.ids().forEach((id) => chosen.add(id));
    show();
  });
  rows.addEventListener("click", onClick, { capture: true });
  read.addEventListener("click", readAll);
  transfer.addEventListener("click", () => desk.transfer.several([...chosen], finish));
  end.addEventListener("click", endAll);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !finish()) return;
    event.preventDefault();
    event.stopPropagation();
  });
  desk.on("drawn", show);
  desk.batch = { begin };
}

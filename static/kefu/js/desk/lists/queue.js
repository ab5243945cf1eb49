/**
 * The list of waiting conversations. Accepts by button or double click, the next one by key.
 *
 *   install(desk)                 after the painter of rows
 */
import { $ } from "../../base/page.js";
import { createQuestion } from "../asking.js";
import { createKeyedList } from "./keyed.js";
import { createRoving } from "./roving.js";

export function install(desk, { asks = createQuestion($("#above-dialog"), $("#above-text")) } = {}) {
  const { announcer, expected, model, painter, t } = desk;
  const box = $("#rows-queue"), template = $("#queue-template"), count = $("#count-queue");
  const asked = new Set();
  let scheduled = false;

  function create(row) {
    const node = template.content.firstElementChild.cloneNode(true), id = row.conversation;
    $(".queue-accept", node).addEventListener("click", () => accept(id));
    node.addEventListener("dblclick", (event) => {
      if (!event.target.closest(".queue-accept")) accept(id);
    });
    return node;
  }
  const list = createKeyedList({ box, create, paint: (node, row) => painter.paintQueued(node, row) });
  const roving = createRoving({ box, selector: ".queue-accept" });

  /** A double click on the button is one command, not two. */
  async function accept(id) {
    if (asked.has(id)) return;
    asked.add(id);
    setBusy(id, true);
    try {
      if (await askFor(id)) arrive(id);
    } finally {
      asked.delete(id);
      setBusy(id, false);
    }
  }

  /** At the limit the agent is asked first. */
  async function askFor(conversation) {
    const frame = { t: "conversation.accept", conversation };
    expected.add(conversation);
    const answer = await desk.command(frame, async (refusal) => {
      if (refusal.code !== "above_cap") return desk.refused(refusal);
      return await asks(refusal.text) ? desk.command({ ...frame, above: true }) : null;
    });
    expected.delete(conversation); // also where the answer overtook the frame, which is no news then
    if (answer) return true;
    await desk.resync();
    return false;
  }

  function arrive(id) {
    desk.transcripts.forget(id);
    desk.lists.select("mine");
    desk.navigation.go(id, { focus: true });
  }

  /** aria-disabled and not disabled: a disabled button would lose the focus. */
  function setBusy(id, busy) {
    const node = list.node(id);
    if (node) $(".queue-accept", node).setAttribute("aria-disabled", String(busy));
  }

  function draw() {
    scheduled = false;
    const rows = model.waiting();
    list.show(rows);
    count.textContent = rows.length;
    count.dataset.some = String(rows.length > 0);
    $("#empty-queue").hidden = rows.length > 0;
    roving.refresh();
  }

  function show() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(draw);
  }

  function tick() {
    if (!box.closest("[role=tabpanel]").hidden) list.each((node, row) => painter.tickQueued(node, row));
  }

  function acceptNext() {
    const next = model.waiting().find((row) => !asked.has(row.conversation));
    if (next) accept(next.conversation);
    else announcer.say(t("queue_empty"));
  }

  desk.changes(({ queue }) => queue && show());
  desk.second(tick);
  desk.key("accept", acceptNext);
}

/**
 * Removes nuisances from the queue, after five seconds in which it can be undone.
 *
 *   install(desk)                 before the queue
 *   desk.discards.start(ids)      all at once, with one way back
 *   desk.discards.undo(id)        → whether there was still something to undo
 *   desk.discards.has(id)         is on its way out
 *   discarding(id)                a moment of the desk: it is on its way out, or is not any more
 */
import { $ } from "../../base/page.js";
import { gatheredEndings, UNDO_FOR } from "../conversation/ending.js";
import { createReport } from "../report.js";

export function install(desk) {
  const { model, t, toast } = desk, report = createReport($("#report-dialog"));
  const nameOf = (id) => model.row(id)?.customer.name ?? "";
  const endings = gatheredEndings(desk, {
    one: "conversation.discard",
    several: "conversations.discard",
    onChange: (id) => desk.tell("discarding", id),
    onFailed: failed,
  });

  /** Whom a colleague took meanwhile is no nuisance to him: the refusal says who it was. */
  async function failed(refused) {
    if (refused.length) report(t("not_discarded"), refused);
    await desk.resync();
  }

  function start(ids) {
    const fresh = ids.filter((id) => !endings.has(id));
    if (!fresh.length) return;
    fresh.forEach(endings.start);
    const text = fresh.length === 1
      ? t("discards_one", { name: nameOf(fresh[0]) })
      : t("discards_many", { n: fresh.length });
    toast(text, { action: t("undo"), onAction: () => fresh.forEach(endings.undo), lasts: UNDO_FOR, undoes: true });
  }

  desk.discards = { start, undo: endings.undo, has: endings.has };
}

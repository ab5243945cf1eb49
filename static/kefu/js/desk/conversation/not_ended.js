/**
 * Says which of several conversations could not be ended, and why.
 *
 *   install(desk)                 after the endings
 */
import { $ } from "../../base/page.js";
import { createReport } from "../report.js";

export function install(desk) {
  const { model, t } = desk, report = createReport($("#report-dialog"));
  const nameOf = (id) => model.row(id)?.customer.name ?? t("read_only_gone");

  desk.on("not_ended", (refused) => {
    report(t("not_ended"), refused.map(({ conversation, text }) => ({ name: nameOf(conversation), text })));
  });
}

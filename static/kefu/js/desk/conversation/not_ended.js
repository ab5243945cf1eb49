/**
 * Says which of several conversations could not be ended, and why.
 *
 *   install(desk)                 after the endings
 */
import { $ } from "../../base/page.js";
import { createReport } from "../report.js";

export function install(desk) {
  const report = createReport($("#report-dialog"));

  desk.on("not_ended", (refused) => report(desk.t("not_ended"), refused));
}

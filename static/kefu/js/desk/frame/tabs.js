/**
 * Connects the desk's windows (base/tabs.js): one makes noise, and who signs out in one is signed out in all.
 *
 *   install(desk)                 desk.tabs (base/tabs.js)
 */
import { createTabs } from "../../base/tabs.js";

const SIGNED_OUT = "signed out";

export function install(desk) {
  const onMessage = (said) => said === SIGNED_OUT && desk.tell("signed_out");
  const tabs = createTabs(`kefu.desk.${desk.agentId}`, { onMessage });
  desk.on("signing_out", () => tabs.tell(SIGNED_OUT));
  desk.tabs = tabs;
}

/** The way out of a chat that is closed: on a phone it covers the button that opened it. */
import { $ } from "../js/base/page.js";
import { connectHost } from "./host.js";

if (parent !== window) {
  const { origins } = JSON.parse($("#config").textContent);
  const host = await connectHost({ channel: "closed", origins, handlers: {} });
  const close = $("#close");
  close.hidden = false;
  close.addEventListener("click", () => host.tell("close"));
}

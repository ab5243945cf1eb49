/** Entry of the page of a chat that is switched off: its close button, because on a phone the page covers the loader's. */
import { $ } from "../js/base/page.js";
import { connectHost } from "./host.js";

if (parent !== window) {
  const { origins } = JSON.parse($("#config").textContent);
  const host = await connectHost({ channel: "closed", origins, handlers: {} });
  const close = $("#close");
  close.hidden = false;
  close.addEventListener("click", () => host.tell("close"));
}

/** Entry of the page of a chat that is switched off: its close button, because on a phone the page covers the loader's. */
import { $ } from "../js/base/page.js";
import { connectHost } from "./host.js";

function offerToClose(host) {
  const close = $("#close");
  close.hidden = false;
  close.addEventListener("click", () => host.tell("close"));
}

if (parent !== window) {
  const { origins } = JSON.parse($("#config").textContent);
  connectHost({ channel: "closed", origins, handlers: {} }).then(offerToClose);
}

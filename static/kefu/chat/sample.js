/** Entry of a preview's sample chat: sets its colours and closes it by button and Esc. Has no session and sends nothing. */
import { $ } from "../js/base/page.js";
import { connectHost } from "./host.js";

const config = JSON.parse($("#config").textContent);
const nothing = () => {};
document.documentElement.style.setProperty("--own", config.color);
document.documentElement.style.setProperty("--on-own", config.on_color);

function closeWith(host) {
  $("#close").addEventListener("click", () => host.tell("close"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") host.tell("close");
  });
}

connectHost({ channel: "preview", origins: config.origins, handlers: { saved: nothing } }).then(closeWith);

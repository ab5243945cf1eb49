/**
 * The bar under the top bar while the connection is down, and the dialog when the sign-in has run out.
 *
 *   const connection = createConnection({ t, announcer });
 *   connection.state("online" | "connecting" | "offline", attempt), connection.signedOut()
 *   connection.onRetry(act)       somebody does not want to wait for the next try
 *   connection.outdated()         the server does not understand this page any more: only a reload helps
 */
import { $ } from "../../base/page.js";

/** A hiccup is no news; only what lasts is said aloud. */
const SHOW_AFTER = 1500, SAY_AFTER = 10_000;

export function createConnection({ t, announcer }) {
  const bar = $("#connection-bar"), dialog = $("#sign-in-dialog");
  let showTimer = 0, sayTimer = 0, said = false;

  dialog.addEventListener("cancel", (event) => event.preventDefault());

  function down(state) {
    $("#connection-text").textContent = t(`connection_${state}`);
    showTimer ||= setTimeout(() => (bar.hidden = false), SHOW_AFTER);
    sayTimer ||= setTimeout(() => {
      said = true;
      announcer.alarm(t("connection_lost_spoken"));
    }, SAY_AFTER);
  }

  function up() {
    clearTimeout(showTimer);
    clearTimeout(sayTimer);
    showTimer = sayTimer = 0;
    bar.hidden = true;
    if (said) announcer.say(t("connection_back_spoken"));
    said = false;
  }

  function outdated() {
    up();
    $("#connection-text").textContent = t("connection_outdated");
    $("#connection-retry").hidden = true;
    $("#connection-reload").hidden = bar.hidden = false;
    announcer.alarm(t("connection_outdated"));
  }
  $("#connection-reload").addEventListener("click", () => location.reload());

  return {
    state: (state) => state === "online" ? up() : down(state),
    outdated,
    onRetry: (act) => $("#connection-retry").addEventListener("click", act),
    signedOut() {
      up();
      document.body.dataset.signedOut = ""; // nobody reads on behind the dialog
      $("#sign-in-again").hash = location.hash; // browsers carry it along: the same conversation opens again
      if (!dialog.open) dialog.showModal();
    },
  };
}

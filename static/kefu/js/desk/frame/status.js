/**
 * The agent's status and load in the top bar, and the bars that say why nothing can be assigned. Going offline and
 * signing out with open conversations ask first what happens to them.
 *
 *   install(desk)
 *   statusText(status, t)         its word; a neutral one for what a newer server says (pure)
 */
import { $ } from "../../base/page.js";
import { roughly } from "../alerts/clock.js";
import { closeMenus } from "./menu.js";

export const statusText = (status, t) => t.known(`status_${status}`) ?? t("status_unknown");

export function install(desk) {
  const { clock, config, model, t } = desk;
  const dialog = $("#leave-dialog"), awayReason = $("#away-reason");
  let isThere = false; // the server knows that this desk is there: from now on being offline is news

  const setStatus = (change) => desk.command({ t: "status.set", ...change });

  function choose(status, more = {}) {
    closeMenus();
    setStatus({ status, ...more });
  }

  let decided = () => {};

  /** Ask what happens to open conversations: `then(requeue)`, and nothing where the dialog is closed. */
  function ask(way, then) {
    closeMenus();
    decided = then;
    $("#leave-title").textContent = t(`leave_${way}`);
    $("#leave-keep-hint").textContent = t(`leave_${way}_keep`);
    $("#leave-text").textContent = t("leave_open", { n: model.active().length });
    dialog.showModal();
  }

  function leave() {
    if (!model.active().length) return choose("offline");
    ask("offline", (requeue) => setStatus({ status: "offline", requeue }));
  }

  function decide(requeue) {
    dialog.close();
    decided(requeue);
  }

  /** Signing out asks the same; the answer goes with the form. */
  function askBeforeSignOut(form) {
    const answer = $("[name=conversations]", form);
    form.addEventListener("submit", (event) => {
      if (answer.value || !model.active().length) return desk.tell("signing_out");
      event.preventDefault();
      ask("sign_out", (requeue) => {
        answer.value = requeue ? "requeue" : "keep";
        form.requestSubmit();
      });
    });
  }

  function label({ status, reason }) {
    return status === "away" && reason ? t("status_away_reason", { reason }) : statusText(status, t);
  }

  for (const button of document.querySelectorAll("[data-set-status]")) {
    const status = button.dataset.setStatus;
    button.addEventListener("click", () => status === "offline" ? leave() : choose(status));
  }
  for (const button of document.querySelectorAll("[data-away-reason]")) {
    button.addEventListener("click", () => choose("away", { reason: button.dataset.awayReason }));
  }
  $("#away-form").addEventListener("submit", (event) => {
    event.preventDefault();
    choose("away", { reason: awayReason.value.trim() });
    awayReason.value = "";
  });
  $("#leave-keep").addEventListener("click", () => decide(false));
  $("#leave-requeue").addEventListener("click", () => decide(true));

  function showLoad({ load, cap }) {
    const box = $("#load"), note = $("#load-note"), full = load >= cap;
    box.dataset.full = String(full);
    $("#load-figure").textContent = `${load}/${cap}`;
    note.hidden = !full;
    $("#load-note-text").textContent = load > cap ? t("load_over") : t("load_full");
    box.title = full ? $("#load-note-text").textContent : "";
  }

  function tick() {
    const me = model.me;
    if (me) $("#status-since").textContent = roughly(clock.now() - me.since, config.locale);
  }

  const showOffline = () => ($("#offline-bar").hidden = !isThere || model.me.status !== "offline");
  $("#go-online").addEventListener("click", () => choose("online"));

  function showChosen(me) {
    for (const button of document.querySelectorAll("[data-set-status]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setStatus === me.status));
    }
    for (const button of document.querySelectorAll("[data-away-reason]")) {
      button.setAttribute("aria-pressed", String(me.status === "away" && button.dataset.awayReason === me.reason));
    }
  }

  function show() {
    const me = model.me;
    showOffline();
    $("#groups-bar").hidden = model.serves;
    $("#status-dot").dataset.status = me.status;
    $("#status-label").textContent = label(me);
    showChosen(me);
    showLoad(me);
    tick();
  }

  askBeforeSignOut($("#sign-out-form"));
  desk.changes(({ me }) => me && show());
  desk.second(tick);
  desk.on("ready", () => {
    isThere = true;
    showOffline();
  });
}

/**
 * Entry of the agent's workbench: fetches the state, again until it comes, makes the desk and installs its features.
 */
import { $, createFormats, createTexts } from "../base/page.js";
import { createAnnouncer, createToasts } from "../desk/alerts/announcer.js";
import { createClock } from "../desk/alerts/clock.js";
import { createConnection } from "../desk/frame/connection.js";
import { createDesk } from "../desk/desk.js";
import { FEATURES } from "../desk/features.js";
import { openMenus } from "../desk/frame/menu.js";
import { createServer } from "../desk/server.js";

const SKELETON_AFTER = 300, AGAIN_AT_MOST = 30_000;

const config = JSON.parse($("#config").textContent);
const t = createTexts(config.texts), formats = createFormats(config.locale), clock = createClock();
const announcer = createAnnouncer({ status: $("#announcer"), alarm: $("#alarm") });
const toast = createToasts({
  box: $("#toasts"),
  template: $("#toast-template"),
  announcer,
  pane: $("#pane"),
  head: $(".pane-head"),
});
const connection = createConnection({ t, announcer });
const server = createServer({ ...config, onSignedOut: connection.signedOut });

function openDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    for (const button of dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => dialog.close());
    }
  }
  $("#help-button").addEventListener("click", () => $("#help-dialog").showModal());
}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function firstState() {
  for (let wait = 1000;; wait = Math.min(AGAIN_AT_MOST, wait * 2)) {
    try {
      return await server.state();
    } catch (error) {
      if (error.status === 401) return null;
      connection.state(navigator.onLine ? "connecting" : "offline");
      await pause(wait);
    }
  }
}

async function start() {
  openMenus();
  openDialogs();
  const skeleton = setTimeout(() => ($("#list-loading").hidden = false), SKELETON_AFTER);
  const state = await firstState();
  clearTimeout(skeleton);
  $("#list-loading").hidden = true;
  if (state) begin(state);
}

function begin(state) {
  const mine = { agentId: state.me.id, maxBytes: state.max_bytes ?? config.max_bytes };
  const desk = createDesk({ ...mine, config, server, t, formats, clock, connection, announcer, toast });
  for (const install of FEATURES) install(desk);
  clock.sync(state.now);
  desk.begin(state);
  setInterval(desk.tick, 1000);
}

start();

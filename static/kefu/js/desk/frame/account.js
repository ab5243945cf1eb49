/**
 * The account menu's settings: alerts, keys, colours. Language and sign-out are plain forms without script.
 *
 *   install(desk)                 after preferences and sound
 */
import { $ } from "../../base/page.js";

export function install({ preferences, sound, t }) {
  const soundBox = $("#preference-sound"),
    volume = $("#preference-volume"),
    repeat = $("#preference-repeat"),
    notifications = $("#preference-notifications"),
    shortcuts = $("#preference-shortcuts");
  const keys = [...document.querySelectorAll("[data-send-key]")];

  function showSendKey(key) {
    for (const button of keys) button.setAttribute("aria-pressed", String(button.dataset.sendKey === key));
    $("#key-hint").textContent = t(key === "mod" ? "key_hint_mod" : "key_hint_enter");
  }

  function show() {
    soundBox.checked = preferences.get("sound");
    volume.value = preferences.get("volume");
    repeat.checked = preferences.get("repeat");
    $("#volume-row").hidden = repeat.parentElement.hidden = !soundBox.checked;
    notifications.checked = preferences.get("notifications") && globalThis.Notification?.permission === "granted";
    shortcuts.checked = preferences.get("shortcuts");
    $("#key-hints").hidden = !shortcuts.checked;
    showSendKey(preferences.get("sendKey"));
  }

  /** Plain-HTTP pages and some browsers have no notifications: then there is no switch for them. */
  function offerNotifications() {
    if (!globalThis.isSecureContext || !("Notification" in globalThis)) return;
    $("#notification-row").hidden = false;
    notifications.addEventListener("change", async () => {
      const hint = $("#notification-hint");
      const wanted = notifications.checked;
      const permission = wanted ? await Notification.requestPermission() : "granted";
      hint.hidden = permission === "granted";
      hint.textContent = t("notifications_refused");
      preferences.set("notifications", wanted && permission === "granted");
    });
  }

  shortcuts.addEventListener("change", () => preferences.set("shortcuts", shortcuts.checked));
  soundBox.addEventListener("change", () => preferences.set("sound", soundBox.checked));
  repeat.addEventListener("change", () => preferences.set("repeat", repeat.checked));
  volume.addEventListener("change", () => {
    preferences.set("volume", Number(volume.value));
    sound.play("message");
  });
  for (const button of keys) button.addEventListener("click", () => preferences.set("sendKey", button.dataset.sendKey));
  $("#theme-form").addEventListener("submit", changeColours);
  preferences.onChange(show);
  offerNotifications();
  show();
}

/** Colours change at once; the server remembers them for the next page. */
function changeColours(event) {
  const { submitter, currentTarget: form } = event;
  if (!submitter) return;
  event.preventDefault();
  const data = new FormData(form);
  data.set("theme", submitter.value);
  document.documentElement.dataset.theme = submitter.value;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === submitter));
  }
  fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch((error) =>
    console.warn("the choice of colours was not stored", error)
  );
}

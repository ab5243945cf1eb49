/**
 * Tells the agent what happened while the eye was elsewhere: tones, desktop notifications, the tab's title, one
 * spoken sentence. Of several windows only the leading one makes noise.
 *
 *   const alerts = createAlerts({ t, tabs, preferences, sound, title, announcer, isWatching(id), onOpen(id) });
 *   alerts.message(row, message), alerts.conversation(row), alerts.unread(rows)
 */
import { lastText } from "./row.js";

const BREATH = 1000;

export function createAlerts({ t, tabs, preferences, sound, title, announcer, isWatching, onOpen }) {
  const shown = new Map();
  let rangAt = -BREATH;

  /** What comes in one breath, like a new conversation and its first message, is one tone. */
  function ring(name) {
    if (!preferences.get("sound") || !tabs.leads() || performance.now() - rangAt < BREATH) return;
    rangAt = performance.now();
    sound.play(name);
  }

  /** Missing on plain-HTTP pages; refused by some browsers although the type exists. */
  function notify(row, heading, body) {
    if (!preferences.get("notifications") || !tabs.leads() || isWatching(row.conversation)) return;
    if (globalThis.Notification?.permission !== "granted") return;
    try {
      const notification = new Notification(heading, { body, tag: row.conversation });
      notification.onclick = () => {
        globalThis.focus();
        onOpen(row.conversation);
        notification.close();
      };
      shown.set(row.conversation, notification);
    } catch (error) {
      console.info("no notification", error); // Android wants a service worker for it
    }
  }

  return {
    message(row, message) {
      const text = lastText(message, t), name = row.customer.name;
      if (isWatching(row.conversation)) return;
      ring("message");
      notify(row, name, text);
      title.news(`${name}: ${text}`);
      announcer.say(t("message_from", { name }));
    },
    conversation(row) {
      const name = row.customer.name, text = t("new_conversation", { name });
      ring("conversation");
      notify(row, text, lastText(row.last, t));
      title.news(text);
      announcer.say(text);
    },
    unread(total, rows) {
      title.unread(total);
      for (const row of rows) {
        if (row.unread > 0 || !shown.has(row.conversation)) continue;
        shown.get(row.conversation).close();
        shown.delete(row.conversation);
      }
    },
  };
}

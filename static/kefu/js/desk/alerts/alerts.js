/**
 * Alerts the agent to what is not on the screen: tones, desktop notifications, the tab's title, one spoken sentence. Of
 * several windows only the leading one (frame/tabs.js) makes noise.
 *
 *   const alerts = createAlerts({ t, marks, tabs, preferences, sound, title, announcer, toast, rowOf(id), isWatching(id),
 *     onOpen(id) });
 *   alerts.ring(tone), alerts.message(row, message), alerts.conversation(row), alerts.handed(row), alerts.mention(row, text, note), alerts.unread(total, rows)
 *   alerts.mentionSeen(conversation)      the notification of a note that names me stays until then, whatever else is told
 *   install(desk)                 after sound.js and title.js
 */
import { lastText } from "../lists/row.js";

const BREATH = 1000;
/** The greeting and the assignment come just before the question that a notification should quote. */
const QUESTION_WITHIN = 400;
const HANDED_FOR = 10_000;
const SAME_MOMENT = 5000;
/** Not at once: most who enter the queue are assigned in the same moment. */
const QUEUE_NEWS_AFTER = 2000;

/** The note that came with a hand-over, "" if there was none: it is written just before, so it is then the last message. */
export function noteOf({ note, last, assigned_at }) {
  return note && (!last || Math.abs(assigned_at - last.at) < SAME_MOMENT) ? note : "";
}

/** Of one tag the newest notification takes the place of the one before. */
const mentionIn = (conversation) => `mention ${conversation}`;

export function createAlerts(options) {
  const { t, marks, tabs, preferences, sound, title, announcer, toast, rowOf, isWatching, onOpen } = options;
  const shown = new Map(), fresh = new Set();
  let rangAt = -BREATH;

  /** What comes in one breath, like a new conversation and its first message, is one tone. */
  function ring(name) {
    if (!preferences.get("sound") || !tabs.leads() || performance.now() - rangAt < BREATH) return;
    rangAt = performance.now();
    sound.play(name);
  }

  /** Missing on plain-HTTP pages; refused by some browsers although the type exists. */
  function notify(row, heading, body, tag = row.conversation) {
    if (!preferences.get("notifications") || !tabs.leads() || isWatching(row.conversation)) return;
    if (globalThis.Notification?.permission !== "granted") return;
    try {
      const notification = new Notification(heading, { body, tag });
      notification.onclick = () => {
        globalThis.focus();
        onOpen(row.conversation);
        notification.close();
      };
      shown.set(tag, notification);
    } catch (error) {
      console.info("no notification", error); // Android wants a service worker for it
    }
  }

  function close(tag) {
    shown.get(tag)?.close();
    shown.delete(tag);
  }

  return {
    ring,
    mentionSeen: (conversation) => close(mentionIn(conversation)),
    message(row, message) {
      const text = lastText(message, t, marks), name = row.customer.name;
      if (isWatching(row.conversation)) return;
      ring("message");
      if (!fresh.has(row.conversation)) notify(row, name, text);
      title.news(`${name}: ${text}`);
      announcer.say(t("message_from", { name }));
    },
    conversation(row) {
      const name = row.customer.name, text = t("new_conversation", { name }), id = row.conversation;
      ring("conversation");
      fresh.add(id);
      setTimeout(() => {
        fresh.delete(id);
        const now = rowOf(id) ?? row;
        notify(now, text, now.last?.from === "customer" ? lastText(now.last, t, marks) : "");
      }, QUESTION_WITHIN);
      title.news(text);
      announcer.say(text);
    },
    /** Seen whatever else is open: it was given to me by name, and somebody waits for an answer. */
    handed(row) {
      const name = row.customer.name, text = t("handed_over", { by: row.handed_by, name }), note = noteOf(row);
      ring("conversation");
      notify(row, text, note);
      title.news(text);
      toast(note ? t("handed_note", { what: text, note }) : text, {
        action: t("open"),
        onAction: () => onOpen(row.conversation),
        lasts: HANDED_FOR,
      });
    },
    /** A note that names me, in somebody else's conversation most often. */
    mention(row, text, note) {
      ring("message");
      notify(row, text, note, mentionIn(row.conversation));
      title.news(text);
    },
    unread(total, rows) {
      title.unread(total);
      for (const row of rows) if (!row.unread) close(row.conversation);
    },
  };
}

export function install(desk) {
  const { config, model, t, tabs, preferences, sound, title, announcer, toast } = desk;
  const alerts = createAlerts({
    t,
    marks: config.marks,
    tabs,
    preferences,
    sound,
    title,
    announcer,
    toast,
    rowOf: model.row,
    isWatching: (id) => id === desk.current && !document.hidden && document.hasFocus(),
    onOpen: (id) => desk.navigation.go(id, { focus: true }),
  });

  /** Somebody waits although I have room. */
  function noticeWaiting(id) {
    const { status, load, cap } = model.me, row = model.row(id);
    if (row?.state === "queued" && status === "online" && load < cap) alerts.conversation(row);
  }

  desk.alerts = alerts;
  desk.on("asked", alerts.message);
  desk.on("got", (row, { isAsked }) => {
    if (isAsked) return;
    if (row.handed_by) alerts.handed(row);
    else alerts.conversation(row);
  });
  desk.on("waits", ({ conversation }) => setTimeout(() => noticeWaiting(conversation), QUEUE_NEWS_AFTER));
  desk.changes(({ rows, all }) => {
    if (rows.size || all) alerts.unread(model.unread(), [...rows].map(model.row).filter(Boolean));
  });
}

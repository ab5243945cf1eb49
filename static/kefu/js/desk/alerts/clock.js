/**
 * The server's clock and waiting times: how long, which level, in which words. Pure functions; milliseconds throughout.
 *
 *   const clock = createClock();  clock.sync(frame.now);  clock.now()
 *   waitingLevel(since, now)      "" | "wait" | "late"
 *   waitingStep(since, now)       0 … 5: how many of one, two, three, five and ten minutes have passed
 *   waited(ms, locale)            "58s", "2m 35s", "1h 2m": in units, because 02:35 is also a time of day
 *   roughly(ms, locale)           "2 min", "3 hr": for a status that lasts
 *   spoken(ms, locale)            "2 minutes 30 seconds": for a screen reader, in steps of ten seconds
 */

/** A reply is due after a minute and late after three, here and in the monitor (stats/monitor/snapshot.py). */
export const WAIT_AFTER = 60_000;
export const LATE_AFTER = 180_000;

const SECOND = 1000, MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;

/** The agent's computer may be minutes off, so every duration is measured on the server's clock. */
export function createClock(local = Date.now) {
  let offset = 0;
  return {
    sync(serverNow) {
      if (Number.isFinite(serverNow)) offset = serverNow - local();
    },
    now: () => local() + offset,
  };
}

export function waitingLevel(since, now) {
  if (since == null) return "";
  const waited = now - since;
  if (waited >= LATE_AFTER) return "late";
  return waited >= WAIT_AFTER ? "wait" : "";
}

const STEPS = [1, 2, 3, 5, 10].map((minutes) => minutes * MINUTE);

export const waitingStep = (since, now) => since == null ? 0 : STEPS.filter((step) => now - since >= step).length;

const formats = new Map();

/** Making a format costs a hundred times what using it does, and the list asks for hundreds each second. */
function format(Kind, locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Kind(locale, options));
  return formats.get(key);
}

function unit(locale, value, name, display) {
  return format(Intl.NumberFormat, locale, { style: "unit", unit: name, unitDisplay: display }).format(value);
}

/** The two largest units; `exact: false` leaves the seconds out as soon as there are minutes. */
export function waited(duration, locale, { exact = true } = {}) {
  const seconds = Math.max(0, Math.floor(duration / SECOND));
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  const told = hours
    ? [[hours, "hour"], [minutes % 60, "minute"]]
    : minutes
    ? [[minutes, "minute"], [exact ? seconds % 60 : 0, "second"]]
    : [[seconds, "second"]];
  const parts = told.filter(([value], at) => value || !at).map(([value, name]) => unit(locale, value, name, "narrow"));
  return parts.join(locale === "zh-hans" ? "" : " ");
}

export function roughly(duration, locale) {
  if (duration < MINUTE) return unit(locale, Math.max(0, Math.floor(duration / SECOND)), "second", "short");
  if (duration < HOUR) return unit(locale, Math.floor(duration / MINUTE), "minute", "short");
  if (duration < DAY) return unit(locale, Math.floor(duration / HOUR), "hour", "short");
  return unit(locale, Math.floor(duration / DAY), "day", "short");
}

export function spoken(duration, locale) {
  const tens = Math.max(0, Math.floor(duration / (10 * SECOND)) * 10);
  const minutes = Math.floor(tens / 60), seconds = tens % 60;
  if (minutes >= 60) return unit(locale, Math.floor(minutes / 60), "hour", "long");
  const parts = [];
  if (minutes) parts.push(unit(locale, minutes, "minute", "long"));
  if (seconds || !minutes) parts.push(unit(locale, seconds, "second", "long"));
  return parts.join(" ");
}

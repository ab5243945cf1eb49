/**
 * Moments as people say them. Pure.
 *
 *   const { when, moment } = createWhen(locale);
 *   when(ms, now)                 today 14:02 · yesterday 14:02 · Fri 14:02 · 11-29 14:02 · 2025-11-29
 *   moment(ms, now)               14:02 · yesterday · Fri · 11-29 · 2025-11-29: where there is little room
 *   install(desk)                 desk.when(ms), desk.moment(ms)
 */
const DAY = 86_400_000, WEEK = 7;

export function createWhen(locale) {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
  const date = new Intl.DateTimeFormat("sv", { dateStyle: "short" }); // 2026-11-29
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);
  const daysAgo = (time, now) => Math.round((midnight(now) - midnight(time)) / DAY);

  /** What the day is called, and whether a time of the day belongs to it. */
  function dayOf(time, now) {
    const ago = daysAgo(time, now), day = date.format(time);
    if (ago === 0 || ago === 1) return [relative.format(-ago, "day"), true];
    if (ago > 1 && ago < WEEK) return [weekday.format(time), true];
    return day.slice(0, 4) === date.format(now).slice(0, 4) ? [day.slice(5), true] : [day, false];
  }

  return {
    when(time, now = Date.now()) {
      const [day, isTimed] = dayOf(time, now);
      return isTimed ? `${day} ${clock.format(time)}` : day;
    },
    moment: (time, now = Date.now()) => daysAgo(time, now) ? dayOf(time, now)[0] : clock.format(time),
  };
}

export function install(desk) {
  const { when, moment } = createWhen(desk.config.locale);
  desk.when = (time) => when(time, desk.clock.now());
  desk.moment = (time) => moment(time, desk.clock.now());
}

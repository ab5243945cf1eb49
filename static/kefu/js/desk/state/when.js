/**
 * Moments as people say them. Pure.
 *
 *   const when = createWhen(locale);
 *   when(ms, now)                 today 14:02 · yesterday 14:02 · Fri 14:02 · 11-29 14:02 · 2025-11-29
 *   install(desk)                 desk.when
 */
const DAY = 86_400_000, WEEK = 7;

export function createWhen(locale) {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
  const date = new Intl.DateTimeFormat("sv", { dateStyle: "short" }); // 2026-11-29
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);

  return function when(time, now = Date.now()) {
    const ago = Math.round((midnight(now) - midnight(time)) / DAY), day = date.format(time);
    if (ago === 0 || ago === 1) return `${relative.format(-ago, "day")} ${clock.format(time)}`;
    if (ago > 1 && ago < WEEK) return `${weekday.format(time)} ${clock.format(time)}`;
    return day.slice(0, 4) === date.format(now).slice(0, 4) ? `${day.slice(5)} ${clock.format(time)}` : day;
  };
}

export function install(desk) {
  const when = createWhen(desk.config.locale);
  desk.when = (time) => when(time, desk.clock.now());
}

/**
 * Texts and formats in the reader's language. The server renders the texts a page uses (`config.texts`).
 *
 *   createTexts(texts)     t(key, values): the text, with %(name)s replaced; an unknown key throws
 *   createFormats(locale)  { clock(ms), day(ms), dateTime(ms), size(bytes), sameDay(a, b) }
 *                          day: "today" and "yesterday" in the reader's words, weekday and date otherwise
 */
export function createTexts(texts) {
  return function t(key, values = {}) {
    if (!(key in texts)) throw new Error(`no text for ${key}`);
    return texts[key].replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  };
}

const DAY = 86_400_000;

export function createFormats(locale) {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
  const near = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", weekday: "short" });
  const far = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", day: "numeric" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", hour12: false });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);

  function day(time, now = Date.now()) {
    const ago = Math.round((midnight(now) - midnight(time)) / DAY); // rounded: days with a clock change are not 24 h
    if (ago === 0 || ago === 1) return relative.format(-ago, "day");
    return (ago > 300 ? far : near).format(time);
  }

  function size(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    if (bytes < 1024 * 1024) return `${number.format(Math.ceil(bytes / 1024))} KB`;
    return `${number.format(bytes / 1024 / 1024)} MB`;
  }

  return {
    clock: (time) => clock.format(time),
    day,
    dateTime: (time) => full.format(time),
    size,
    sameDay: (one, other) => midnight(one) === midnight(other),
  };
}

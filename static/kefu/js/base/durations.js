/**
 * Durations as the server writes them (core/console/durations.py), for clocks that tick and axes of charts. Pure.
 *
 *   durationText(seconds, patterns)   `1m 15s`; a dash for none. `patterns` come from the server.
 */
const UNITS = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];

export function durationText(length, patterns) {
  if (length === null || length === undefined) return "–";
  const whole = Math.max(0, Math.round(length));
  const at = whole ? UNITS.findIndex(([, size]) => whole >= size) : UNITS.length - 1;
  const write = ([unit, size], seconds) => patterns[unit].replace("%(n)s", Math.floor(seconds / size));
  const [larger, smaller] = UNITS.slice(at, at + 2), rest = whole % larger[1];
  if (!smaller || rest < smaller[1]) return write(larger, whole);
  return patterns.two.replace("%(larger)s", write(larger, whole)).replace("%(smaller)s", write(smaller, rest));
}

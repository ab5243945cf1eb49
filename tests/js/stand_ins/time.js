/** A clock that stands until a test lets it pass. `stop()` gives the page's own back. */
export function standingTime(at = 0) {
  const { setTimeout, clearTimeout } = globalThis, waiting = new Map();
  let made = 0;
  globalThis.setTimeout = (work, after = 0) => (waiting.set(++made, { work, due: at + after }), made);
  globalThis.clearTimeout = (timer) => waiting.delete(timer);
  return {
    now: () => at,
    /** Lets so many milliseconds pass; what is due runs in its order. */
    pass(milliseconds) {
      at += milliseconds;
      const due = [...waiting].filter(([, one]) => one.due <= at).sort(([, a], [, b]) => a.due - b.due);
      for (const [timer, { work }] of due) if (waiting.delete(timer)) work();
    },
    stop: () => Object.assign(globalThis, { setTimeout, clearTimeout }),
  };
}

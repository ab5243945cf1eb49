/**
 * Asks while somebody types: after a pause, the newest question alone, and each answer but the newest is dropped.
 *
 *   const asking = createAsking({ ask(words, after) → Promise<answer>, show(state), wait });
 *   asking.type(words)            asks after `wait` ms; at once for what is empty or too short
 *   asking.now()                  asks at once for what was typed last, again after a failure
 *   asking.more()                 the next page, added to what is shown
 *   asking.stop()                 what is under way is not wanted any more
 *   state: { words, phase: "empty" | "short" | "loading" | "failed" | "found", answer, error, isMore }
 */
const SHORTEST = 2;

const isLongEnough = (words) => words.split(/\s+/).some((word) => [...word].length >= SHORTEST);

export function createAsking({ ask, show, wait = 250 }) {
  let timer = 0, latest = 0, words = "", answer = null;

  function tell(phase, more = {}) {
    show({ words, phase, answer, error: null, isMore: false, ...more });
  }

  async function send(after) {
    const mine = ++latest, isMore = after !== null;
    tell("loading", { isMore });
    try {
      const got = await ask(words, after);
      if (mine !== latest) return;
      answer = isMore ? { ...answer, next: got.next, messages: [...answer.messages, ...got.messages] } : got;
      tell("found");
    } catch (error) {
      if (mine === latest) tell("failed", { error, isMore });
    }
  }

  function now() {
    clearTimeout(timer);
    if (isLongEnough(words)) return send(null);
    answer = null;
    latest++;
    tell(words ? "short" : "empty");
  }

  return {
    type(typed) {
      const wanted = typed.trim();
      if (wanted === words) return;
      words = wanted;
      clearTimeout(timer);
      if (isLongEnough(words)) timer = setTimeout(now, wait);
      else now();
    },
    now,
    more: () => answer?.next && send(answer.next),
    stop() {
      clearTimeout(timer);
      latest++;
    },
  };
}

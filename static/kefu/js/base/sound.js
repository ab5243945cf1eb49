/**
 * Tones from an oscillator: no file to load. `locked` until the page's first click or key, before which browsers refuse
 * sound.
 *
 *   const sound = createSound({ volume() → 0…100, onLocked(locked) });
 *   sound.play("message" | "conversation" | "overdue"), sound.unlock(), sound.locked
 */
const TONES = {
  message: [[880, 0]],
  conversation: [[660, 0], [990, 0.16]],
  overdue: [[440, 0], [440, 0.2], [440, 0.4]],
};
const GESTURES = ["pointerdown", "keydown"];

export function createSound({ volume, onLocked }) {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  const context = Context ? new Context() : null;
  let closed = false;

  function look() {
    if (context && !closed) onLocked(context.state !== "running");
  }

  async function unlock() {
    if (!context || context.state === "running") return;
    await context.resume();
    look();
  }

  function tone(frequency, delay) {
    const at = context.currentTime + delay, oscillator = context.createOscillator(), gain = context.createGain();
    oscillator.connect(gain).connect(context.destination);
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(Math.max(0.001, 0.3 * volume() / 100), at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
    oscillator.start(at);
    oscillator.stop(at + 0.3);
  }

  if (context) {
    for (const name of GESTURES) addEventListener(name, unlock, { capture: true, passive: true });
    context.addEventListener("statechange", look);
    addEventListener("pagehide", (event) => (closed = !event.persisted));
  }
  return {
    unlock,
    get locked() {
      return Boolean(context) && context.state !== "running";
    },
    play(name) {
      if (context?.state === "running") { for (const [frequency, delay] of TONES[name]) tone(frequency, delay); }
    },
  };
}

/**
 * The sound of new messages: two tones from an oscillator, so that no sound file has to be loaded.
 *
 *   ring(isWanted)    rings 0.5 to 1 s later if isWanted() then still holds, which gives another tab the time to say that
 *                     its reader looks at the message; one tab of the browser, at most every 3 s, and not where the menu
 *                     switched sound off. Call it after a first click or key only: browsers refuse sound before.
 */
import { local, pause, readJson } from "../js/base/page.js";

const ASKED_AFTER = 500; // ms, up to twice as long
const SILENCE = 3000; // ms between two sounds
const KEY = "kefu.rang";
const SOUND_KEY = "kefu.sound"; // as controls.js writes it
let audio = null;

function sound() {
  if (!audio) audio = new AudioContext();
  [660, 880].forEach((frequency, at) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + at * 0.12;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.08, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.25);
  });
}

/** Who holds the lock rings, and keeps it for the silence. Without locks the storage decides between tabs. */
function alone(work) {
  const timed = () => {
    if (Math.abs(Date.now() - local.getItem(KEY)) < SILENCE) return;
    local.setItem(KEY, Date.now());
    return work();
  };
  if (!navigator.locks) return timed();
  return navigator.locks.request(KEY, { ifAvailable: true }, (lock) => lock && work()).catch(timed);
}

export async function ring(isWanted) {
  if (!window.AudioContext || !readJson(local, SOUND_KEY, true)) return;
  await pause(ASKED_AFTER * (1 + Math.random()));
  if (!isWanted()) return;
  await alone(() => {
    sound();
    return pause(SILENCE);
  });
}

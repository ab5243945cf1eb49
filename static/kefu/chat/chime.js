/**
 * The sound of new messages: two short tones, made here, because a sound file would have to be loaded.
 *
 *   ring(isWanted)    only after a first click or key: browsers refuse sound before. After a moment, in which another
 *                     tab may say that its reader looks at the message: isWanted() is asked then. Of all tabs one
 *                     rings, unless the menu says not to, and again after a breath: ten messages at once are one sound.
 */
import { local, pause, readJson } from "../js/base/page.js";

const MOMENT = 500;
const BREATH = 3000;
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

/** Who holds the lock rings and breathes. Without locks the storage tells, to tabs that do not ask at one moment. */
function alone(work) {
  const timed = () => {
    if (Math.abs(Date.now() - local.getItem(KEY)) < BREATH) return;
    local.setItem(KEY, Date.now());
    return work();
  };
  if (!navigator.locks) return timed();
  return navigator.locks.request(KEY, { ifAvailable: true }, (lock) => lock && work()).catch(timed);
}

export async function ring(isWanted) {
  if (!window.AudioContext || !readJson(local, SOUND_KEY, true)) return;
  await pause(MOMENT * (1 + Math.random()));
  if (!isWanted()) return;
  await alone(() => {
    sound();
    return pause(BREATH);
  });
}

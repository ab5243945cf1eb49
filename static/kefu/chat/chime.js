/**
 * The sound of a new message: two short tones, made here, because a sound file would have to be loaded.
 *
 *   chime()   only after a first click or key: browsers refuse sound before
 */
export function chime() {
  if (!window.AudioContext) return;
  const audio = new AudioContext();
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
  setTimeout(() => audio.close(), 1000);
}

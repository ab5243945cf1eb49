/**
 * The desk's tones, and the bar that asks for the first click.
 *
 *   install(desk)                 desk.sound (base/sound.js)
 */
import { $ } from "../../base/page.js";
import { createSound } from "../../base/sound.js";

export function install(desk) {
  const { preferences } = desk;
  const sound = createSound({ volume: () => preferences.get("volume"), onLocked: showBar });

  function showBar() {
    $("#sound-bar").hidden = !sound.locked || !preferences.get("sound");
  }

  $("#sound-unlock").addEventListener("click", sound.unlock);
  preferences.onChange(showBar);
  desk.on("began", showBar);
  desk.sound = sound;
}

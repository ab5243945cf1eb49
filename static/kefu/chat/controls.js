/**
 * The menu of the chat, loaded when it is first asked for: sound, the end of the conversation, the language.
 *
 *   wireMenu({ toggle, onEnd, onLanguage, onBack })   the button #more opens and closes it from now on
 *     toggle(button, panel, on?); onEnd(): end it now; onLanguage(tag): another one was chosen; onBack(): write on
 */
import { $, local, readJson, writeJson } from "../js/page.js";

export const SOUND_KEY = "kefu.sound";

export function wireMenu({ toggle, onEnd, onLanguage, onBack }) {
  const button = $("#more"), menu = $("#menu"), sound = $("#sound"), ending = $("#ending");
  const close = () => toggle(button, menu, false);
  const showSound = () => sound.setAttribute("aria-pressed", readJson(local, SOUND_KEY, true));

  button.onclick = () => toggle(button, menu);
  sound.onclick = () => {
    writeJson(local, SOUND_KEY, !readJson(local, SOUND_KEY, true));
    showSound();
  };
  $("#end").onclick = () => {
    close();
    ending.hidden = false;
    $("#end-not").focus();
  };
  $("#end-now").onclick = () => {
    ending.hidden = true;
    onEnd();
  };
  $("#end-not").onclick = () => {
    ending.hidden = true;
    onBack();
  };
  menu.onclick = (event) => event.target.lang && onLanguage(new URL(event.target.href).searchParams.get("lang"));
  document.addEventListener("click", (event) => event.target.closest("#menu, #more") || close());
  showSound();
}

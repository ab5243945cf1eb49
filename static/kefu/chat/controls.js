/**
 * The chat's menu (sound, end of the conversation, language) and its emoji button. Loaded with the first click on
 * either; sends nothing itself.
 *
 *   wireControls({ toggle, onEnd, onLanguage, onBack, onEmoji })   #more and #emoji open and close from now on
 *     toggle(button, panel, on?); onEnd(): end it now; onLanguage(tag): another one was chosen; onBack(): write on;
 *     onEmoji(text)
 */
import { $, late, local, readJson, writeJson } from "../js/base/page.js";

const SOUND_KEY = "kefu.sound"; // as chime.js reads it

export function wireControls(options) {
  wireMenu(options);
  wireEmoji(options);
}

function wireMenu({ toggle, onEnd, onLanguage, onBack }) {
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

function wireEmoji({ toggle, onEmoji }) {
  const button = $("#emoji"), faces = $("#faces");

  function pick(face) {
    toggle(button, faces, false);
    onEmoji(face);
  }

  button.onclick = async () => {
    if (!faces.firstChild) (await late(new URL("./emoji.js", import.meta.url))).showEmoji(faces, pick);
    toggle(button, faces);
    if (!faces.hidden) $("[tabindex='0']", faces).focus();
  };
}

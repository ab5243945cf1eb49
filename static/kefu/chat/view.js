/**
 * Draws what surrounds the messages: head, typing, banner, problem. Reads `state` and changes none.
 *
 *   createView({ state, t, formats, now }) → {
 *     show(),                           // name, picture and state of who serves or would serve
 *     typing(on, name),                 // fades by itself
 *     banner(text),                     // of the connection; "" hides it
 *     problem(text)                     // of what the visitor wanted to do
 *   }
 *   toggle(button, panel, on)           // opens or closes what the button stands for
 */
import { $ } from "../js/base/page.js";

const TYPING_FADES = 8000;

export function toggle(button, panel, on = panel.hidden) {
  panel.hidden = !on;
  button.setAttribute("aria-expanded", on);
}

export function createView({ state, t, formats, now }) {
  let typingTimer;

  function show() {
    const { face, row } = state, isOver = state.isOver();
    const agent = !isOver && row.agent;
    $("#preview").hidden = !state.desk?.preview;
    $("#name").textContent = face.name;
    $("#state").textContent = agent ? t(agent.away ? "gone" : "serving", { name: agent.name }) : stateOfDesk();
    const avatar = (agent && agent.avatar) || face.avatar;
    if (avatar) showAvatar(avatar);
    $("#end").hidden = isOver;
    if (isOver) $("#ending").hidden = true;
  }

  /** Who waits at night is told when somebody comes, not a place in a queue that does not move. */
  function stateOfDesk() {
    const { desk, row } = state, isOver = state.isOver();
    if (!desk) return "";
    const isClosed = !desk.open && !(desk.opens && desk.opens <= now());
    if (isClosed && desk.opens) return t(isOver ? "closed" : "received", { when: whenOf(desk.opens) });
    const there = desk.there && !isClosed;
    if (!isOver && row.position) return t(there ? "position" : "kept", { position: row.position });
    return t(there ? "there" : "away");
  }

  const whenOf = (time) => (formats.sameDay(time, now()) ? "" : `${formats.day(time)} `) + formats.clock(time);

  function showAvatar(address) {
    const known = $("#face img");
    if (known && known.getAttribute("src") === address) return;
    $("#face").replaceChildren(Object.assign(new Image(36, 36), { src: address, alt: "" }));
  }

  function typing(on, name) {
    clearTimeout(typingTimer);
    $("#typing").textContent = on ? t("typing", { name: name || state.face.name }) : "";
    $("#typing").hidden = !on;
    if (on) typingTimer = setTimeout(() => typing(false), TYPING_FADES);
  }

  return {
    show,
    typing,
    banner(text) {
      $("#banner").textContent = text;
      $("#banner").hidden = !text;
    },
    problem: (text) => ($("#problem").textContent = text),
  };
}

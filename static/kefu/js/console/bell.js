/**
 * Sounds a tone when more customers wait than before, in the leading window of the agent, where it was switched on in this
 * browser (account menu). Browsers let it sound after the first click or key.
 *
 *   const bell = createBell({ agent, box, control, heard, turned });   control: the switch, in the box that is shown with it
 *   bell.on                       whether it is turned on here
 *   bell.leads()                  whether this window is the one that makes noise, and asks while nobody looks
 *   bell.ring()                   the tone, where this window leads
 *   bell.tell(numbers)            to the other windows: their heard(numbers)
 *   turned()                      it was turned on or off, here or in another window
 */
import { local, readJson, writeJson } from "../base/page.js";
import { createSound } from "../base/sound.js";
import { createTabs } from "../base/tabs.js";

const VOLUME = 60;

export function createBell({ agent, box, control, heard, turned }) {
  const key = `kefu.console.${agent}`;
  let sound = null, tabs = null, on = false;

  /** Not before somebody wants it: browsers complain of pages that make a sound unasked. */
  function turn(wanted) {
    on = wanted;
    control.checked = on;
    if (!on || sound) return;
    sound = createSound({ volume: () => VOLUME, onLocked: () => {} });
    tabs = createTabs(key, { onMessage: heard });
  }

  const kept = () => readJson(local, key, {}).waiting === true;

  async function choose() {
    turn(control.checked);
    writeJson(local, key, { waiting: on });
    turned();
    if (!on) return;
    await sound.unlock();
    sound.play("conversation"); // so that one knows it
  }

  function toldElsewhere(event) {
    if (event.key !== key) return;
    turn(kept());
    turned();
  }

  box.hidden = false;
  control.addEventListener("change", choose);
  addEventListener("storage", toldElsewhere);
  turn(kept());
  return {
    get on() {
      return on;
    },
    leads: () => on && tabs.leads(),
    ring: () => on && tabs.leads() && sound.play("conversation"),
    tell: (numbers) => on && tabs.tell(numbers),
  };
}

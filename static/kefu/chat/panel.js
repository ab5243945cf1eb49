/**
 * Opens and closes the chat's panel and wires its buttons and keys; the menu's and the emoji's module comes with their
 * first click.
 *
 *   createPanel(chat) → {
 *     isOpen,
 *     opened(isQuiet), closed(),        // told by the host; quiet: nobody asked for the cursor
 *     wire()                            // the page's buttons and keys
 *   }
 */
import { $, composes, everyMidnight, late } from "../js/base/page.js";
import { toggle } from "./view.js";

export function createPanel(chat) {
  const panel = { isOpen: false, opened, closed: () => (panel.isOpen = false), wire };
  let width = 0; // for which the text entry was measured

  function opened(isQuiet) {
    const { thread, composer } = chat;
    panel.isOpen = true;
    measure();
    chat.visitor.begin();
    if (thread.atEnd()) thread.end();
    thread.checkRead();
    if (!isQuiet && !matchMedia("(pointer: coarse)").matches) composer.focus(); // a keyboard would cover half of a phone
  }

  /** A hidden page has no width: what was written before it was shown is measured when it is. */
  function measure() {
    if (width === innerWidth) return; // a keyboard came up: nothing is set in the midst of composing a character
    width = innerWidth;
    chat.composer.set(chat.composer.text());
  }

  /** The first click on the menu or the emoji brings the module that takes both buttons over. */
  async function loadControls({ currentTarget }) {
    const { composer, state } = chat;
    const { wireControls } = await late(new URL("./controls.js", import.meta.url));
    wireControls({
      toggle,
      onEnd() {
        chat.attempt("not_ended", { t: "conversation.end", conversation: state.row.conversation });
        composer.focus();
      },
      onLanguage: (chosen) => chat.host.save({ lang: chosen }),
      onBack: composer.focus,
      onEmoji: composer.insert,
    });
    currentTarget.click();
  }

  function onEscape() {
    const button = $("[aria-expanded='true']");
    if (!button) return chat.host.tell("close");
    button.click();
    button.focus();
  }

  function wire() {
    const { host, live, visitor } = chat;
    $("#close").hidden = !host.embedded;
    $("#close").onclick = () => host.tell("close");
    $("#attach").onclick = () => $("#picker").click();
    $("#more").onclick = $("#emoji").onclick = loadControls;
    document.addEventListener("keydown", (event) => event.key === "Escape" && !composes(event) && onEscape());
    addEventListener("resize", measure);
    addEventListener("pagehide", live.sleep);
    addEventListener("pageshow", (event) => event.persisted && visitor.isMet && live.start());
    everyMidnight(chat.thread.newDay);
  }

  return panel;
}

/**
 * The host (host.js) of a chat page that no loader frames: keeps what is saved in the page's own storage.
 *
 *   standAlone(channel, handlers) → host     of `handlers` only saved() is called
 */
import { local, readJson, writeJson } from "../js/base/page.js";

export function standAlone(channel, handlers) {
  const key = `kefu:${channel}`;
  const { title } = document;
  const read = () => (host.saved = readJson(local, key, {}));
  const host = {
    page: { url: location.href.split("#")[0], title, referrer: document.referrer },
    isOpen: true,
    fresh: () => Promise.resolve(read()),
    save(patch) {
      const { person } = host.saved;
      if (read().person === person) writeJson(local, key, Object.assign(host.saved, patch));
    },
    tell(name, count) {
      if (name === "unread") document.title = (count ? `(${count}) ` : "") + title;
    },
  };
  addEventListener("storage", (event) => [key, null].includes(event.key) && handlers.saved(read()));
  read();
  if (window.visualViewport) followKeyboard();
  return host;
}

/** On a phone the keyboard covers the page instead of shrinking it (iOS). */
function followKeyboard() {
  const follow = () => document.body.style.setProperty("--height", `${visualViewport.height}px`);
  visualViewport.addEventListener("resize", follow);
  follow();
}

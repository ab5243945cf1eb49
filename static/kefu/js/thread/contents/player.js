/**
 * Content of the kinds "audio" and "video": a player (contract in ../contents.js). One plays at a time. What a browser
 * cannot play stands there as a file to save.
 */
import { h, icon } from "../../base/page.js";

const WIDTH = 240, HEIGHT = 180;

let playing = null;

function plays({ target }) {
  if (playing !== target) playing?.pause();
  playing = target;
}

function player({ kind, file }) {
  const shape = kind === "video" ? { width: WIDTH, height: HEIGHT, playsinline: true } : {};
  const fixed = { controls: true, preload: "metadata", class: "player", "aria-label": file.name };
  const node = h(kind, { src: file.url, ...fixed, ...shape });
  node.addEventListener("play", plays);
  Object.assign(node.style, { inlineSize: `${WIDTH}px`, maxInlineSize: "100%" });
  return node;
}

function card({ file }, { t, size }) {
  const words = h("span", {}, file.name, h("small", {}, `${size(file.size)} · ${t("not_played")}`));
  return h("a", { class: "file", href: file.url, download: file.name }, icon("file"), words);
}

/** Of sound a browser knows by its type whether it plays it; films it plays more of than it says. */
const isHopeless = (node, { kind, file }) => kind === "audio" && Boolean(file.type) && !node.canPlayType?.(file.type);

export function fill(node, message, options) {
  const shown = player(message), { text } = message;
  const giveUp = () => {
    shown.replaceWith(card(message, options));
    options.onGrown();
  };
  shown.addEventListener("error", giveUp, { once: true });
  node.replaceChildren(shown, ...(text ? [h("span", { class: "caption" }, text)] : []));
  if (isHopeless(shown, message)) giveUp();
}

/** Until the server has looked into it, it stood there as a file. */
export const swap = (_node, _file, done) => done();

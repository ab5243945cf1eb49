/** Content of kind "video": a player (contract in ../contents.js). What a browser cannot play it can save. */
import { h } from "../../base/page.js";

const WIDTH = 240, HEIGHT = 180;

export function fill(node, { file, text }, { onGrown }) {
  const size = { width: WIDTH, height: HEIGHT, playsinline: true };
  const player = h("video", {
    src: file.url,
    controls: true,
    preload: "metadata",
    class: "player",
    "aria-label": file.name,
    ...size,
  });
  player.style.maxInlineSize = "100%";
  player.addEventListener("error", () => {
    player.replaceWith(h("a", { class: "file", href: file.url, download: file.name }, file.name));
    onGrown();
  }, { once: true });
  node.replaceChildren(player, ...(text ? [h("span", { class: "caption" }, text)] : []));
}

/** Until the server has looked into it, it stood there as a file. */
export const swap = (_node, _file, done) => done();

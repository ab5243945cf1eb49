/**
 * Content of kind "image": a picture (contract in ../contents.js).
 *
 *   fit(width, height)                 the size of a picture in the thread (pure)
 */
import { h } from "../../base/page.js";

const PICTURE = { width: 240, height: 300, least: 80 };

/** Known before it arrives, so that nothing jumps; of a long strip the beginning shows. */
export function fit(width, height) {
  if (!width || !height) return {};
  const scale = Math.min(1, PICTURE.width / width, PICTURE.height / height);
  const shown = (length) => scale < 1 ? Math.max(PICTURE.least, Math.round(length * scale)) : length;
  return { width: shown(width), height: shown(height) };
}

export function fill(node, { file, text }, { t, onGrown }) {
  const image = pictureOf(file, t("image"), onGrown);
  const link = h("a", { class: "picture", href: file.url, target: "_blank", rel: "noopener" }, image);
  node.replaceChildren(link, ...(text ? [h("span", { class: "caption" }, text)] : []));
}

/** An own picture that is not stored yet tells its size when it is loaded; until then it has a place of its own. */
function pictureOf(file, name, onGrown) {
  const image = h("img", { src: file.url, alt: file.name || name, decoding: "async" });
  function place(width, height) {
    const size = fit(width, height);
    for (const name of Object.keys(size)) image.setAttribute(name, size[name]);
    image.style.aspectRatio = `${size.width} / ${size.height}`; // the box's, also where the picture has another
  }
  if (file.width) place(file.width, file.height);
  else {
    image.className = "unmeasured";
    image.addEventListener("load", () => {
      image.className = "";
      place(image.naturalWidth, image.naturalHeight);
      onGrown();
    }, { once: true });
  }
  return image;
}

export function swap(node, file, done) {
  const image = node.querySelector("img"), fresh = new Image();
  if (!image) return done(); // it was taken for another kind of file when it was chosen
  node.querySelector("a").setAttribute("href", file.url);
  fresh.onload = fresh.onerror = () => {
    image.src = file.url;
    done();
  };
  fresh.src = file.url;
}

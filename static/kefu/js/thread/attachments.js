/**
 * Pictures and files in the thread. thread.js loads it with the first of them.
 *
 *   fillIn(link, file, { kind, size, name, onSized })   what stands in the link; size(bytes); name: of a picture without
 *                                      one; onSized(): a picture has its place now
 *   swap(link, file, onSwapped)        stored now: the server's copy takes the place of the chosen file as soon as it is
 *                                      there, so nothing flickers
 *   fit(width, height)                 the size of a picture in the thread (pure)
 */
import { h, icon } from "../base/page.js";

const PICTURE = { width: 240, height: 300, least: 80 };

/** Known before it arrives, so that nothing jumps; of a long strip the beginning shows. */
export function fit(width, height) {
  if (!width || !height) return {};
  const scale = Math.min(1, PICTURE.width / width, PICTURE.height / height);
  const shown = (length) => scale < 1 ? Math.max(PICTURE.least, Math.round(length * scale)) : length;
  return { width: shown(width), height: shown(height) };
}

export function fillIn(link, file, { kind, size, name, onSized }) {
  if (kind === "image") link.replaceChildren(pictureOf(file, name, onSized));
  else link.replaceChildren(icon("file"), h("span", {}, file.name, h("small", {}, size(file.size))));
}

/** An own picture that is not stored yet tells its size when it is loaded; until then it has a place of its own. */
function pictureOf(file, name, onSized) {
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
      onSized();
    }, { once: true });
  }
  return image;
}

export function swap(link, file, onSwapped) {
  const image = link.querySelector("img");
  link.setAttribute("href", file.url);
  if (!image) return onSwapped();
  const fresh = new Image();
  fresh.onload = fresh.onerror = () => {
    image.src = file.url;
    onSwapped();
  };
  fresh.src = file.url;
}

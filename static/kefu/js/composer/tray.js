/**
 * The files chosen for a message, as chips over the text entry.
 *
 *   createTray({
 *     box,                              // empty element for the chips
 *     t, size(bytes),                   // texts: remove_file; from page.js
 *     maxBytes, maxFiles = 9,
 *     onChange(),                       // a file came or went
 *     onRefused(reason, values),        // "too_large" | "too_many" | "empty" | "wrong_kind"; name and size for its text
 *   }) → {
 *     take(files),                      // whether any of them was acceptable
 *     files(), clear(),
 *     turn(key),                        // puts the files away and shows those of this draft
 *     chosen(key), forget(key),         // names of the files kept under a key; lets go of them
 *   }
 *
 *   isAcceptable(file)                  // as far as name and type tell; the server looks into it
 */
import { empty, h, icon } from "../base/page.js";

const NAMES = /\.(jpe?g|png|gif|web[pm]|pdf|(doc|xls|ppt)x?|m(p[34]|4[av]|ov)|ogg|opus|wav)$/i;
const TYPES = /^image\/(jpeg|png|gif|webp)$/; // phones and clipboards give pictures any name

export const isAcceptable = ({ name, type }) => NAMES.test(name) || TYPES.test(type);

export function createTray({ box, t, size, maxBytes, maxFiles = 9, onChange, onRefused }) {
  const kept = new Map(); // key of a draft → files of conversations that are not shown
  let shown = null; // key of what stands here
  let files = []; // { file, chip, preview }

  function take(list) {
    const room = maxFiles - files.length;
    let fit = list;
    const keep = (isRight, reason) => {
      const wrong = fit.filter((file, at) => !isRight(file, at));
      fit = fit.filter(isRight);
      if (wrong.length) onRefused(reason, { name: wrong[0].name, size: size(maxBytes) });
    };
    keep(isAcceptable, "wrong_kind");
    keep((file) => file.size <= maxBytes, "too_large");
    keep((file) => file.size, "empty");
    keep((_, at) => at < room, "too_many");
    fit.forEach(show);
    changed();
    return fit.length > 0;
  }

  function changed() {
    box.hidden = !files.length;
    onChange();
  }

  function show(file) {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const one = { file, preview };
    const picture = preview ? h("img", { src: preview, alt: "", width: 40, height: 40 }) : null;
    const remove = h("button", {
      type: "button",
      "aria-label": t("remove_file", { name: file.name }),
      onclick: () => leave(one),
    }, icon("remove"));
    one.chip = h(
      "li",
      { class: "chip-file" },
      picture,
      h("span", {}, file.name),
      h("small", {}, size(file.size)),
      remove,
    );
    files.push(one);
    box.append(one.chip);
  }

  function leave(one) {
    files = files.filter((other) => other !== one);
    one.chip.remove();
    letGo(one);
    changed();
  }

  function letGo({ preview }) {
    if (preview) URL.revokeObjectURL(preview);
  }

  empty(box);
  box.hidden = true;

  return {
    take,
    files: () => files.map((one) => one.file),
    clear: () => files.slice().forEach(leave),
    turn(key) {
      for (const { chip } of files) chip.remove();
      if (files.length) kept.set(shown, files);
      shown = key;
      files = kept.get(key) ?? [];
      kept.delete(key);
      for (const { chip } of files) box.append(chip);
      changed();
    },
    chosen: (key) => (key === shown ? files : kept.get(key) ?? []).map(({ file }) => file.name),
    forget(key) {
      (kept.get(key) ?? []).forEach(letGo);
      kept.delete(key);
    },
  };
}

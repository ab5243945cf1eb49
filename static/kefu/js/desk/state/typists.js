/**
 * Holds which visitors are typing, and what where their company lets agents see it; ends by itself, because the frame
 * that ends it may get lost.
 *
 *   const typists = createTypists({ onChange(conversation) });
 *   typists.set(conversation, name | null, text?), typists.has(conversation), typists.name(conversation)
 *   typists.text(conversation)    what is written and not sent, "" where that is not told
 *   install(desk)                 desk.typists
 */
import { isHeld } from "./moves.js";

const ENDS_AFTER = 7000;

export function createTypists({ onChange }) {
  const known = new Map();

  function set(id, name, text = "") {
    const was = known.get(id);
    clearTimeout(was?.timer);
    if (name === null) known.delete(id);
    else known.set(id, { name, text, timer: setTimeout(() => set(id, null), ENDS_AFTER) });
    if (was?.text !== known.get(id)?.text) onChange(id);
  }
  return {
    set,
    has: (id) => known.has(id),
    name: (id) => known.get(id)?.name ?? "",
    text: (id) => known.get(id)?.text ?? "",
  };
}

export function install(desk) {
  const typists = createTypists({ onChange: desk.repaint });
  const over = ({ conversation }) => typists.set(conversation, null);
  desk.on("typing", ({ conversation, on, name, text }, row) => {
    typists.set(conversation, on && isHeld(row) ? name || "" : null, text);
  });
  desk.on("asked", over);
  desk.on("lost", over);
  desk.on("gone", (conversation) => over({ conversation }));
  desk.typists = typists;
}

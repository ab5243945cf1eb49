/**
 * Holds which visitors are typing; ends by itself, because the frame that ends it may get lost.
 *
 *   const typists = createTypists({ onChange(conversation) });
 *   typists.set(conversation, name | null), typists.has(conversation), typists.name(conversation)
 *   install(desk)                 desk.typists
 */
const ENDS_AFTER = 7000;

export function createTypists({ onChange }) {
  const known = new Map();

  function set(id, name) {
    const was = known.get(id);
    clearTimeout(was?.timer);
    if (name === null) known.delete(id);
    else known.set(id, { name, timer: setTimeout(() => set(id, null), ENDS_AFTER) });
    if (Boolean(was) !== known.has(id)) onChange(id);
  }
  return { set, has: (id) => known.has(id), name: (id) => known.get(id)?.name ?? "" };
}

export function install(desk) {
  const typists = createTypists({ onChange: desk.repaint });
  desk.on("typing", ({ conversation, on, name }) => typists.set(conversation, on ? name || "" : null));
  desk.on("asked", ({ conversation }) => typists.set(conversation, null));
  desk.typists = typists;
}

/**
 * Which visitors are typing right now. The end of typing may get lost, so it also ends by itself.
 *
 *   const typists = createTypists({ onChange(conversation) });
 *   typists.set(conversation, name | null), typists.has(conversation), typists.name(conversation)
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

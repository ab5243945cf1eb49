/**
 * The company's tags. Rows name those of their customer by ids; names and colours are known here only, so that a change
 * of one is told once, and not with each row.
 *
 *   const tags = createTags(locale);
 *   tags.load({ mark, tags })     as a whole state has them
 *   tags.set(tag), tags.remove(id)
 *   tags.of(row)                  → [{ id, name, color }]: its customer's, of those that there are, by name
 *   tags.named(id)                → the tag, or undefined where there is none any more
 *   install(desk)                 desk.tags: of, named; tells tagged(id | null) when one is another now, or all may be
 */
export function createTags(locale) {
  const known = new Map(), { compare } = new Intl.Collator(locale);
  const set = (tag) => known.set(tag.id, tag);
  return {
    load({ tags }) {
      known.clear();
      tags.forEach(set);
    },
    set,
    remove: (id) => known.delete(id),
    named: (id) => known.get(id),
    of: ({ customer }) =>
      (customer.tags ?? []).flatMap((id) => known.get(id) ?? []).sort((one, other) => compare(one.name, other.name)),
  };
}

const namesNone = ({ customer }) => customer.tags === undefined;

export function install(desk) {
  const { config, model } = desk, tags = createTags(config.locale);
  let mark = null;

  function changed(id = null) {
    for (const { conversation, customer } of [...model.mine(), ...model.waiting()]) {
      if (customer.tags?.length) desk.repaint(conversation);
    }
    desk.tell("tagged", id);
  }

  desk.on("loaded", (state) => {
    if (!state.tags) return; // of a server that says none
    mark = state.tags.mark;
    tags.load(state.tags);
    changed();
  });
  desk.on("tag.changed", (frame) => {
    mark = frame.mark;
    tags.set(frame.tag);
    changed(frame.tag.id);
  });
  desk.on("tag.deleted", (frame) => {
    mark = frame.mark;
    tags.remove(frame.tag);
    changed(frame.tag);
  });
  /** A change was missed, or a conversation came with a message, whose row does not name its tags. */
  desk.on("digest", (frame) => {
    const isUnsure = () => frame.tags !== mark || [...model.mine(), ...model.waiting()].some(namesNone);
    if (frame.tags && isUnsure()) desk.resync();
  });
  desk.tags = { of: tags.of, named: tags.named };
}

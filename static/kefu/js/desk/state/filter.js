/**
 * Which rows of the list are shown. Pure functions over rows (docs/protocol.md, § Objects).
 *
 *   NONE                          nothing is filtered: { states, channels, tags, groups } are lists of ids
 *   keeps(filter, { words, groups, isStarred(customer) })   → row → whether it is shown. Of what one list names any will
 *                                 do; what several name must hold together. `groups`: group → the channels that it serves
 *   offered(rows, tagsOf)         { channels, tags } of the rows, each { id, name }, by name; tagsOf(row): state/tags.js
 *   toggled(filter, kind, id)     with it, or without it if it was there
 *   isSet(filter)
 */
export const NONE = { states: [], channels: [], tags: [], groups: [] };

const STATES = {
  unread: (row) => row.unread > 0,
  waiting: (row) => row.waiting_since != null,
  starred: (row, { isStarred }) => isStarred(row.customer.id),
};

const any = (ids, test) => !ids.length || ids.some(test);

/** Upper and lower case are the same; so are full-width letters and digits, which input methods write. */
const plain = (text) => (text ?? "").normalize("NFKC").toLowerCase();

export function keeps(filter, { words = "", groups = {}, isStarred = () => false } = {}) {
  const { states, channels, tags, groups: wanted } = { ...NONE, ...filter }, found = plain(words.trim());
  const says = ({ customer, last, note }) =>
    !found || [customer.name, last?.text, note].some((text) => plain(text).includes(found));
  return (row) =>
    any(states, (name) => STATES[name]?.(row, { isStarred })) &&
    any(channels, (id) => row.channel.id === id) &&
    any(tags, (id) => row.customer.tags?.includes(id)) &&
    any(wanted, (id) => groups[id]?.channels.includes(row.channel.id)) &&
    says(row);
}

function byName(things) {
  const known = new Map(things.map(({ id, name }) => [id, { id, name }]));
  return [...known.values()].sort((one, other) => one.name.localeCompare(other.name));
}

export const offered = (rows, tagsOf) => ({
  channels: byName(rows.map(({ channel }) => channel)),
  tags: byName(rows.flatMap(tagsOf)),
});

export function toggled(filter, kind, id) {
  const before = filter[kind] ?? [];
  return { ...NONE, ...filter, [kind]: before.includes(id) ? before.filter((one) => one !== id) : [...before, id] };
}

export const isSet = (filter) => Object.values(filter).some((ids) => ids.length > 0);

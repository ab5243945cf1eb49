/**
 * Who of those that wait is shown, and what the server tells of them besides their rows. Pure.
 *
 *   const details = createDetails();
 *   details.take({ waiting, groups })     the answer of the queue's address
 *   details.of(id)                        { why, groups, earlier, page } or null
 *   details.groups()                      [{ id, name }] in which somebody waits
 *   narrowed(rows, details, { channel, group, longer, known }, now)
 *                                         longer: minutes; known: "yes" of those who were here before, "no" of the others;
 *                                         "" of each asks nothing
 *   channelsOf(rows)                      [{ id, name }] in which somebody waits, by name
 *   isNarrow(filter)                      whether it asks anything
 */
const MINUTE = 60_000;

export function createDetails() {
  let known = new Map(), groups = [];
  return {
    take(answer) {
      known = new Map(answer.waiting.map((one) => [one.conversation, one]));
      groups = answer.groups;
    },
    of: (id) => known.get(id) ?? null,
    groups: () => groups,
  };
}

const ASKS = {
  channel: (wanted, row) => row.channel.id === wanted,
  group: (wanted, _row, detail) => Boolean(detail?.groups.includes(wanted)),
  longer: (wanted, row, _detail, now) => now - (row.queued_at ?? row.opened_at) >= Number(wanted) * MINUTE,
  known: (wanted, _row, detail) => detail !== null && (detail.earlier > 0) === (wanted === "yes"),
};

export function narrowed(rows, details, filter, now) {
  const asked = Object.entries(ASKS).filter(([name]) => filter[name]);
  return rows.filter((row) =>
    asked.every(([name, fits]) => fits(filter[name], row, details.of(row.conversation), now))
  );
}

export function channelsOf(rows) {
  const known = new Map(rows.map(({ channel }) => [channel.id, channel]));
  return [...known.values()].sort((one, other) => one.name.localeCompare(other.name));
}

export const isNarrow = (filter) => Object.keys(ASKS).some((name) => filter[name]);

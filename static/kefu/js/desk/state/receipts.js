/**
 * Sends receipts of what this desk received and read, gathered for a moment: one for a burst of messages.
 *
 *   const receipts = createReceipts({ lossy(frame) });
 *   receipts.delivered(conversation, n), receipts.read(conversation, n)
 *   receipts.forget(conversation)    it changed hands: should it come back, it is read anew
 *   install(desk)                    desk.receipts
 */
const GATHER = 250;

export function createReceipts({ lossy }) {
  const told = new Map(), next = new Map();
  let timer = 0;

  function flush() {
    timer = 0;
    for (const [conversation, fields] of next) lossy({ t: "receipt", conversation, ...fields });
    next.clear();
  }

  function note(conversation, name, n) {
    const known = told.get(conversation) ?? {};
    if (!n || (known[name] ?? 0) >= n) return;
    told.set(conversation, { ...known, [name]: n });
    next.set(conversation, { ...next.get(conversation), [name]: n });
    timer ||= setTimeout(flush, GATHER);
  }

  return {
    delivered: (conversation, n) => note(conversation, "delivered", n),
    read: (conversation, n) => note(conversation, "read", n),
    forget(conversation) {
      told.delete(conversation);
      next.delete(conversation);
    },
    /** A socket may have lost what was whispered: say it again after the next connection. */
    again() {
      for (const [conversation, fields] of told) next.set(conversation, { ...fields });
      if (next.size) timer ||= setTimeout(flush, GATHER);
    },
  };
}

export function install(desk) {
  const receipts = createReceipts({ lossy: (frame) => desk.live.lossy(frame) });
  desk.on("loaded", () => {
    for (const row of desk.model.active()) receipts.delivered(row.conversation, row.n);
  });
  desk.on("ready", receipts.again);
  desk.on("asked", (row, { n }) => receipts.delivered(row.conversation, n));
  desk.on("got", (row, { isHanded }) => {
    if (isHanded) receipts.forget(row.conversation);
    receipts.delivered(row.conversation, row.n);
  });
  desk.on("lost", (row) => receipts.forget(row.conversation));
  desk.on("gone", receipts.forget);
  desk.receipts = receipts;
}

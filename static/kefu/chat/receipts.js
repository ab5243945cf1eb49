/**
 * Tells the server how far messages were delivered and read: gathered for 200 ms, one receipt a conversation; all of
 * them again after a reconnection.
 *
 *   createReceipts(live) → {
 *     tell(conversation, { delivered, read }),
 *     all()
 *   }
 */
const AFTER = 200;

export function createReceipts(live) {
  const receipts = new Map(); // conversation → { delivered, read } to be told
  let timer;

  function all() {
    if (live.state !== "online") return; // told when it is
    receipts.forEach((reached, conversation) => live.lossy({ t: "receipt", conversation, ...reached }));
  }

  return {
    all,
    tell(conversation, reached) {
      receipts.set(conversation, { ...receipts.get(conversation), ...reached });
      clearTimeout(timer);
      timer = setTimeout(all, AFTER);
    },
  };
}

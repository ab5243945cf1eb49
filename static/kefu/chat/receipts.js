/**
 * Tells the server how far messages have come: in one word for many, and again whenever the connection is back.
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

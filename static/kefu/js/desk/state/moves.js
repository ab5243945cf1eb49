/**
 * Compares two rows of a conversation: what changed for this agent. Pure.
 *
 *   moveOf(before, row) → {
 *     isNew                       it came to me
 *     isHanded                    a colleague gave it to me by name, which is news also when I held it already
 *     isLost                      I held it, and do not hold it any more
 *     isWaiting                   it entered the queue
 *   }
 *   isHeld(row)                   mine and going on; null is nobody's
 */
export const isHeld = (row) => Boolean(row?.mine) && row.state === "active";

/** What was missed is told with the rows of today, so the row says what is news, and not the frame. */
export function moveOf(before, row) {
  const wasMine = isHeld(before), isMine = isHeld(row);
  return {
    isNew: isMine && !wasMine,
    isHanded: isMine && Boolean(row.handed_by) && !(wasMine && before.handed_by),
    isLost: wasMine && !isMine,
    isWaiting: row.state === "queued" && before?.state !== "queued",
  };
}

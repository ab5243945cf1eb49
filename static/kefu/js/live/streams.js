/**
 * Puts the events of each conversation in order, without holes; asks for what is missing.
 *
 *   createStreams({
 *     cursors: Map,                     // conversation → last number applied; kept up to date here, newest last
 *     left: Map,                        // of a page that stops following conversations (desk/state/following.js)
 *     whole,                            // an unknown conversation is fetched from its first event
 *     apply(frame),                     // gets logged events in order, and what has no number at once
 *     fetchAfter({ conversation: seq }),   // → Promise<{ frames, gone }>
 *     onGone(conversation),             // no longer mine
 *   }) → {
 *     take(frame),                      // holds it back until those before it arrived
 *     drop(conversation),
 *     isHeld(conversation),             // something is held back, or asked for
 *     compare({ conversation: seq })    // a digest: where the server stands
 *   }
 */
export const MOST_CURSORS = 500; // named to the server at once

export function createStreams({ cursors, left = new Map(), whole, apply, fetchAfter, onGone }) {
  const held = new Map(); // conversation → frames that came after a hole
  const goals = new Map(); // conversation → highest number known to exist
  const wanted = new Set();
  let filling = null;

  function take(frame) {
    const { conversation, seq } = frame;
    if (!conversation || !seq) return apply(frame);
    const cursor = cursors.get(conversation) ?? left.get(conversation) ?? (whole ? 0 : seq - 1);
    if (seq <= cursor) return;
    left.delete(conversation);
    if (seq > cursor + 1) {
      if (!cursors.has(conversation)) cursors.set(conversation, cursor);
      return hold(frame);
    }
    move(conversation, seq);
    apply(frame);
    release(conversation);
  }

  /** The newest stand last, so that the oldest are not named where there are too many. */
  function move(conversation, seq) {
    cursors.delete(conversation);
    cursors.set(conversation, seq);
  }

  function hold(frame) {
    const frames = held.get(frame.conversation) || [];
    frames.push(frame);
    held.set(frame.conversation, frames.sort((one, other) => one.seq - other.seq).slice(-200));
    want(frame.conversation, frame.seq);
  }

  function release(conversation) {
    const frames = held.get(conversation) || [];
    held.delete(conversation);
    frames.forEach(take); // what is still after a hole is held again
  }

  function want(conversation, goal) {
    goals.set(conversation, Math.max(goal, goals.get(conversation) || 0));
    wanted.add(conversation);
    if (!filling) filling = fill().finally(() => (filling = null));
    return filling;
  }

  async function fill() {
    await null; // one question for all holes of one burst
    while (wanted.size) {
      const before = {};
      for (const conversation of [...wanted].slice(0, MOST_CURSORS)) {
        before[conversation] = cursors.get(conversation) || 0;
        wanted.delete(conversation);
      }
      let answer;
      try {
        answer = await fetchAfter(before);
      } catch {
        return; // no connection: the next `ready` or digest asks again
      }
      (answer.frames || []).forEach(take);
      (answer.gone || []).forEach(forget);
      Object.keys(before).forEach((conversation) => settle(conversation, before[conversation]));
    }
  }

  /** Asks again while the server has more; jumps over a hole that it cannot fill. */
  function settle(conversation, before) {
    const goal = goals.get(conversation) || 0;
    const cursor = cursors.get(conversation) || 0;
    if (!goal || cursor >= goal) {
      goals.delete(conversation);
      wanted.delete(conversation);
    } else if (cursor > before) wanted.add(conversation);
    else {
      const next = (held.get(conversation) || [])[0];
      cursors.set(conversation, next ? next.seq - 1 : goal);
      wanted.delete(conversation);
      goals.delete(conversation);
      release(conversation);
    }
  }

  function drop(conversation) {
    [cursors, held, goals].forEach((map) => map.delete(conversation));
    wanted.delete(conversation);
  }

  function forget(conversation) {
    drop(conversation);
    onGone(conversation);
  }

  return {
    take,
    drop,
    isHeld: (conversation) => held.has(conversation) || goals.has(conversation),
    compare(after) {
      for (const [conversation, seq] of Object.entries(after || {})) {
        const cursor = cursors.get(conversation) ?? left.get(conversation) ?? 0;
        if (cursor >= seq) continue;
        if (left.delete(conversation)) cursors.set(conversation, cursor);
        want(conversation, seq);
      }
    },
  };
}

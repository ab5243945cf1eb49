/**
 * Keeps `cursors` to the conversations that the server is asked about after a loss: mine and the waiting ones. All that
 * ever passed through the queue of a long day would make each question longer.
 *
 *   const following = createFollowing({ model, cursors, left, streams });   of live.js
 *   following.check(id)           after a frame about it
 *   following.prune()             after a digest
 *   following.adopt()             after a whole state
 *   following.follow(id, seq)     from a whole state, in which it stood at seq
 *   following.leave(id)           the server is not asked about it again
 *
 * `left` holds the number that a conversation had reached when it was left, newest last. It is kept for a while: frames
 * told twice stay old ones, and a conversation that comes back shows the hole since then.
 */
const MOST_LEFT = 500;

export function createFollowing({ model, cursors, left, streams }) {
  function check(id) {
    if (!model.follows(id)) leave(id);
  }

  function leave(id) {
    if (!cursors.has(id) || streams.isHeld(id)) return; // what is held back, or asked for, may bring it back
    left.set(id, cursors.get(id));
    streams.drop(id);
    if (left.size > MOST_LEFT) left.delete(left.keys().next().value);
  }

  function follow(id, seq) {
    if (!cursors.has(id)) cursors.set(id, left.get(id) ?? seq);
    left.delete(id);
  }

  function prune() {
    for (const id of [...cursors.keys()]) check(id);
  }

  return {
    check,
    prune,
    follow,
    leave,
    adopt() {
      for (const [id, seq] of model.cursors()) follow(id, seq);
      prune();
    },
  };
}

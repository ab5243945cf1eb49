/**
 * Which conversations the server is asked about again after a loss: mine and the waiting ones. Everything else that
 * ever passed through the queue of a long day would make each question longer.
 *
 *   const following = createFollowing({ model, cursors, live });
 *   following.check(id)           after a frame about it
 *   following.prune()             after a digest
 *   following.adopt()             after a whole state
 */
export function createFollowing({ model, cursors, live }) {
  function check(id) {
    if (!model.follows(id)) live.leave(id);
  }

  function prune() {
    for (const id of [...cursors.keys()]) check(id);
  }
  return {
    check,
    prune,
    adopt() {
      for (const [id, seq] of model.cursors()) live.follow(id, seq);
      prune();
    },
  };
}

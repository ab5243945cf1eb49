/**
 * Holds the visitor's latest conversation and who would receive a new one. Draws nothing, asks for nothing.
 *
 *   createState(title) → {
 *     face: { name, avatar },           // of whoever has no own one
 *     desk: { open, opens, there },     // who would receive a new conversation; null until it is known
 *     row,                              // the latest conversation, as the server tells of it; null before the first
 *     apply(next),                      // takes what is told of a conversation; false: an older word, told late
 *     setAway(away),                    // of the agent
 *     isLatest(conversation), isOver()
 *   }
 */
export function createState(title) {
  const state = { face: { name: title, avatar: "" }, desk: null, row: null, apply, setAway, isLatest, isOver };

  function isLatest(conversation) {
    return state.row && state.row.conversation === conversation;
  }

  function isOver() {
    return !state.row || state.row.state === "ended";
  }

  function apply(next) {
    const { row } = state, isKnown = isLatest(next.conversation);
    if (isKnown ? next.seq < row.seq : row && next.state === "ended") return false;
    const waits = next.state === "queued" && !next.position && isKnown;
    state.row = waits ? { ...next, position: row.position } : next; // an answer to a command does not tell the place
    return true;
  }

  function setAway(away) {
    if (state.row.agent) state.row.agent.away = away;
  }

  return state;
}

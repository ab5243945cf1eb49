/**
 * Tells the agent what the visitor is writing, where the company wants that and the page says so. Loaded when somebody
 * writes in such a chat.
 *
 *   follow(chat)    from now on until the text is sent, emptied or left alone; once, however often it is called
 *
 * The last 500 characters; once a second by socket, and without one every 3 s. What stands still is told again, because
 * a desk forgets it after 7 s: whoever closes the page says nothing.
 */
import { storable } from "../js/base/page.js";

const EVERY = 1000, EVERY_BY_HTTP = 3000;
const AGAIN = 4500, LEFT_ALONE = 60_000;
const MOST = 500;

let timer = 0;

/** The end of a text, in whole characters. */
function endOf(text) {
  const letters = [...storable(text).trim()];
  return letters.length > MOST ? `…${letters.slice(1 - MOST).join("")}` : letters.join("");
}

export function follow({ state, live, composer }) {
  if (timer) return;
  const { conversation } = state.row;
  let told = "", toldAt = 0, changedAt = Date.now(), isAsking = false;

  const isSocket = () => live.mode === "socket";
  const isWanted = () => state.desk.preview && state.isLatest(conversation) && state.row.state === "active";

  /** By HTTP one after the other, so that the last one counts. */
  function tell(text) {
    told = text;
    toldAt = Date.now();
    const frame = { t: "typing", conversation, on: Boolean(text), text };
    if (isSocket()) return live.lossy(frame);
    isAsking = true;
    live.command(frame).catch(() => {}).then(() => (isAsking = false));
  }

  /** Letters that are still to become characters are nothing to read. */
  const isUndecided = () => isAsking || composer.isComposing();

  /** Whether there may be more to tell. */
  function tellNews() {
    const now = Date.now(), text = isWanted() ? endOf(composer.text()) : "";
    if (text !== told) changedAt = now;
    const shown = now - changedAt < LEFT_ALONE ? text : "";
    if (shown !== told || (shown && now - toldAt >= AGAIN)) tell(shown);
    return shown !== "";
  }

  function look() {
    const goesOn = isUndecided() || tellNews();
    timer = goesOn ? setTimeout(look, isSocket() ? EVERY : EVERY_BY_HTTP) : 0;
  }

  look();
}

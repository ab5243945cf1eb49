/**
 * Counts messages of others that were seen in no tab; tells the host the number and rings for a new one.
 *
 *   createUnread({ host, isLooking }) → {
 *     add(message),
 *     none(),                           // all of them were seen here
 *     seenElsewhere([conversation, n]), // another tab showed them up to this one
 *     count(messages, row)              // when the page begins, from its messages and its latest conversation
 *   }
 */
import { late } from "../js/base/page.js";

const CHIME = new URL("./chime.js", import.meta.url);

export function createUnread({ host, isLooking }) {
  let unread = [];
  let touched = false; // browsers allow sound after a first click or key
  ["pointerdown", "keydown"].forEach((name) => addEventListener(name, () => (touched = true)));

  const isAt = ([conversation, n]) => (one) => one.conversation === conversation && one.n === n;

  function set(messages) {
    unread = messages;
    host.tell("unread", unread.length);
  }

  return {
    add(message) {
      set([...unread, message]);
      if (touched) late(CHIME).then(({ ring }) => ring(() => unread.includes(message)), () => {}); // or without a sound
    },
    none: () => set([]),
    seenElsewhere([conversation, n]) {
      const seen = unread.filter((one) => one.conversation === conversation && one.n <= n);
      if (seen.length) set(unread.slice(unread.indexOf(seen.pop()) + 1));
    },
    count(messages, row) {
      const at = messages.findIndex(isAt(host.saved.seen || []));
      const fresh = at < 0
        ? messages.filter((one) => row && one.conversation === row.conversation)
        : messages.slice(at + 1);
      set(isLooking() ? [] : fresh.filter((one) => one.from !== "customer"));
    },
  };
}

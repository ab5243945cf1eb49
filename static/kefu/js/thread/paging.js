/**
 * Keeps part of a thread's rows in the page: no more than `list.most` of them, exchanged by `list.step`. thread.js asks
 * for this when somebody scrolls back, or has had a page open for very long.
 *
 *   showOlder(list, { fetchOlder, keep }), showNewer(list)
 *                                     // bring the next step into the page; what the reader looks at stays where it is.
 *                                     // keep(message, hide): thread.js makes a row of it, for hide(row)
 *   trim(list)                        // takes the oldest out where there are too many
 *   showAround(list, at)              // the row and those around it
 *   list: the one of thread.js
 */

export async function showOlder(list, { fetchOlder, keep }) {
  try {
    if (!list.top && list.more) {
      const page = await fetchOlder(list.first());
      list.more = page.more;
      for (const message of [...page.messages].reverse()) keep(message, (row) => hide(list, row));
    }
    addOlder(list);
  } catch {
    list.more = true; // no connection: the next scroll to the top asks again
  }
}

/** Known as data only, until it is brought into the page. */
function hide(list, row) {
  const at = list.placeOf(row);
  if (at > list.top) return list.insert(row);
  list.rows.splice(at, 0, row);
  list.top++;
  list.bottom++;
}

function addOlder(list) {
  const from = Math.max(0, list.top - list.step);
  keepPlace(list, () => {
    while (list.top > from) list.mount(--list.top);
    while (list.bottom - list.top > list.most) list.unmount(--list.bottom);
  });
}

/** Where the newest messages are elsewhere, the next page of them comes first. */
export async function showNewer(list) {
  if (list.away && list.bottom === list.rows.length) await list.away.newer();
  const to = Math.min(list.rows.length, list.bottom + list.step);
  while (list.bottom < to) list.mount(list.bottom++);
  trim(list);
}

export function trim(list) {
  if (list.bottom - list.top <= list.most) return;
  keepPlace(list, () => {
    while (list.bottom - list.top > list.most - list.step) list.unmount(list.top++);
    list.decorate(list.top);
  });
}

export function showAround(list, at) {
  while (list.top < list.bottom) list.unmount(list.top++);
  list.top = list.bottom = Math.max(0, at - 2 * list.step);
  const to = Math.min(list.rows.length, at + 2 * list.step);
  while (list.bottom < to) list.mount(list.bottom++);
}

/** Keeps what the reader looks at where it is while nodes come and go around it. */
function keepPlace({ box, rows, top, bottom }, change) {
  const line = box.getBoundingClientRect().top;
  const anchor = rows.slice(top, bottom).find((row) => row.node.getBoundingClientRect().bottom > line);
  const before = anchor && anchor.node.getBoundingClientRect().top;
  box.setAttribute("aria-busy", "true"); // older messages are not news
  change();
  if (anchor && anchor.node) box.scrollTop += anchor.node.getBoundingClientRect().top - before;
  box.removeAttribute("aria-busy");
}

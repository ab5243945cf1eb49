/**
 * A list in the page that follows an array: one node per key, painted again only when its row changed. Where the row that
 * has the focus goes, the next one gets it, or the tab of the list.
 *
 *   const list = createKeyedList({ box, create(row), paint(node, row) });
 *   list.show(rows, { keepOrder })   → true when the nodes stand in the order of the rows
 *   list.repaint(key)                paints one again (its draft or its mark changed, not the row)
 *   list.node(key), list.each(callback(node, row))
 */
/** Whoever works by keys goes on from where the row stood. */
function focusAt(box, at) {
  const row = box.children[Math.min(at, box.children.length - 1)], panel = box.closest("[role=tabpanel]");
  const node = row?.querySelector(".row-link") ?? document.getElementById(panel?.getAttribute("aria-labelledby"));
  node?.focus({ preventScroll: true });
}

export function createKeyedList({ box, create, paint }) {
  const nodes = new Map(), painted = new Map();

  function draw(row) {
    const key = row.conversation;
    if (!nodes.has(key)) {
      nodes.set(key, create(row));
      box.append(nodes.get(key));
    }
    if (painted.get(key) === row) return;
    painted.set(key, row);
    paint(nodes.get(key), row);
  }

  function dropOthers(rows) {
    const wanted = new Set(rows.map((row) => row.conversation));
    for (const [key, node] of nodes) {
      if (wanted.has(key)) continue;
      node.remove();
      nodes.delete(key);
      painted.delete(key);
    }
  }

  function isOrdered(rows) {
    return rows.every((row, at) => box.children[at] === nodes.get(row.conversation));
  }

  /** Moving a node takes the focus away from it, so it is given back. */
  function arrange(rows) {
    const focused = box.contains(document.activeElement) ? document.activeElement : null;
    let next = null;
    for (const row of [...rows].reverse()) {
      const node = nodes.get(row.conversation);
      if (node.nextElementSibling !== next || node.parentNode !== box) box.insertBefore(node, next);
      next = node;
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  return {
    show(rows, { keepOrder = false } = {}) {
      const at = [...box.children].findIndex((node) => node.contains(document.activeElement)), had = box.children[at];
      dropOthers(rows);
      rows.forEach(draw);
      if (had && !had.isConnected) focusAt(box, at);
      if (isOrdered(rows)) return true;
      if (keepOrder) return false;
      arrange(rows);
      return true;
    },
    repaint(key) {
      if (nodes.has(key)) paint(nodes.get(key), painted.get(key));
    },
    node: (key) => nodes.get(key) ?? null,
    each(callback) {
      for (const [key, node] of nodes) callback(node, painted.get(key));
    },
  };
}

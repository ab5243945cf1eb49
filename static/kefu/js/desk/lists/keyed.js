/**
 * A list in the page that follows an array: one node per key, painted again only when its row changed.
 *
 *   const list = createKeyedList({ box, create(row), paint(node, row) });
 *   list.show(rows, { keepOrder })   → true when the nodes stand in the order of the rows
 *   list.repaint(key)                paints one again (its draft or its mark changed, not the row)
 *   list.node(key), list.each(callback(node, row))
 */
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
      dropOthers(rows);
      rows.forEach(draw);
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

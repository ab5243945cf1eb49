/**
 * The system's back key (a phone's, a browser's) closes what lies over the page before it goes anywhere: a drawer, a
 * dialog, a menu. For that the page stands twice in the history while something is open.
 *
 *   createLayers({ isNarrow() → bool, closeTop() → was something open });  opened() after something opened
 *
 * An entry whose layer was closed otherwise stays, because going back in a script would overtake the next click; the key
 * then passes over it. What others keep in the history's state stays there, but they hear nothing of a step that only
 * closes: htmx would load the page anew. `historyOf` and `target` are the browser's, others in tests.
 */
const BELOW = "below", LAYER = "layer";

export function createLayers({ isNarrow, closeTop, historyOf = history, target = globalThis }) {
  let address = target.location.href;

  function opened() {
    if (!isNarrow() || historyOf.state?.layer === LAYER) return;
    historyOf.replaceState({ ...historyOf.state, layer: BELOW }, "");
    historyOf.pushState({ layer: LAYER }, "");
    address = target.location.href;
  }

  /** A link to the page that is open is told like a step back; only the mark below a layer tells them apart. */
  target.addEventListener("popstate", (event) => {
    const isSamePage = target.location.href === address;
    address = target.location.href;
    if (!isSamePage || historyOf.state?.layer !== BELOW) return;
    event.stopImmediatePropagation();
    if (!closeTop()) historyOf.back();
  });
  target.addEventListener("hashchange", () => (address = target.location.href));
  return { opened };
}

/** Calls back whenever one of the dialogs opens. */
export function watchDialogs(dialogs, onOpen) {
  const observer = new MutationObserver((changes) => changes.some(({ target }) => target.open) && onOpen());
  for (const dialog of dialogs) observer.observe(dialog, { attributeFilter: ["open"] });
}

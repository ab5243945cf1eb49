/**
 * The dialog of the search: words, kinds, what was found, and the way to it. Loaded when it is first opened.
 *
 *   const search = install(desk);  search.opened()      asks for what was typed until now
 */
import { $, composes } from "../../base/page.js";
import { createAsking } from "./asking.js";
import { counts, createResults, isPart, KINDS } from "./results.js";

const SKELETON_AFTER = 300;

export function install(desk) {
  const { clock, formats, model, navigation, pane, server, t } = desk;
  const dialog = $("#search-dialog"), input = $("#search-input"), box = $("#search-results");
  const chips = [...dialog.querySelectorAll("[data-search-kind]")];
  let kind = "all", state = null, slow = 0;

  const results = createResults({ box, input, t, formats, now: clock.now, choose });
  const asking = createAsking({ ask: (words, after) => server.search(words, after), show });

  /** What is not on this desk opens to be read only. */
  async function choose(row, n) {
    dialog.close();
    if (!model.row(row.conversation)?.mine) model.visit(row);
    navigation.go(row.conversation);
    if (n !== null) await pane.showMessage(row.conversation, n);
  }

  function show(now) {
    state = now;
    clearTimeout(slow);
    if (now.phase === "loading") slow = setTimeout(paint, now.answer ? 0 : SKELETON_AFTER);
    else paint();
  }

  function paint() {
    const { phase, answer, isMore } = state, found = counts(answer);
    const isFound = phase === "found" || isMore || (phase === "loading" && answer !== null);
    const isNothing = phase === "found" && KINDS.every((each) => (kind !== "all" && kind !== each) || !found[each]);
    if (phase !== "loading" || !isFound) results.show(isFound ? answer : null, kind);
    box.hidden = !isFound || isNothing;
    dialog.setAttribute("aria-busy", String(phase === "loading"));
    $("#search-hint").hidden = phase !== "empty";
    $("#search-short").hidden = phase !== "short";
    $("#search-loading").hidden = phase !== "loading" || isFound;
    $("#search-none").hidden = !isNothing;
    $("#search-none-text").textContent = t("search_none", { words: state.words });
    $("#search-failed").hidden = phase !== "failed";
    $("#search-failed-text").textContent = state.error?.text || t("search_failed");
    $("#search-more").hidden = !(isFound && answer?.next && (kind === "all" || kind === "messages"));
    $("#search-more").disabled = phase === "loading";
    label(found, isFound ? answer : null);
    if (phase === "found") $("#search-status").textContent = spoken(found, answer);
  }

  function label(found, answer) {
    for (const chip of chips) {
      const each = chip.dataset.searchKind, count = $("span", chip);
      chip.setAttribute("aria-pressed", String(each === kind));
      if (count) count.textContent = answer ? number(each, found, answer) : "";
    }
  }

  const number = (kind, found, answer) => `${found[kind]}${isPart(kind, answer) ? "+" : ""}`;
  const spoken = (found, answer) =>
    t("search_found", Object.fromEntries(KINDS.map((kind) => [kind, number(kind, found, answer)])));

  const KEYS = {
    ArrowDown: () => results.move(1),
    ArrowUp: () => results.move(-1),
    PageDown: () => results.last(),
    PageUp: () => results.first(),
    Escape: () => dialog.close(), // at once: browsers would only empty the field
    Enter: () => state?.phase === "found" ? results.choose() : asking.now(),
  };

  input.addEventListener("keydown", (event) => {
    if (composes(event) || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  input.addEventListener("input", (event) => event.isComposing || asking.type(input.value));
  input.addEventListener("compositionend", () => asking.type(input.value));
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      kind = chip.dataset.searchKind;
      paint();
      input.focus();
    });
  }
  $("#search-again").addEventListener("click", () => state.isMore ? asking.more() : asking.now());
  $("#search-more").addEventListener("click", () => asking.more());
  dialog.addEventListener("close", asking.stop);
  show({ words: "", phase: "empty", answer: null, error: null, isMore: false });

  return {
    opened() {
      if (state.phase === "loading") asking.now(); // it was closed before the answer came
      else asking.type(input.value);
    },
  };
}

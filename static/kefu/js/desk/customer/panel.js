/**
 * Loads the customer panel of the open conversation, a fragment that the server renders; a drawer where the window is
 * narrow.
 *
 *   install(desk)                after the layers
 *   desk.customer.close()        → was it open as a drawer
 *   desk.customer.refresh()      reads what is shown again, at once or when nothing is edited any more
 *   desk.customer.hold(isHeld)   something is edited: what is shown stays until it is not
 *   desk.tell("customer.drawn")  the panel shows what the server says now
 */
import { $ } from "../../base/page.js";

const SKELETON_AFTER = 300, TOGETHER = 50, MESSAGES_FIRST = 150;

/** The server knows the company's zone only; the messages beside the panel are in the reader's. */
function tellTimes(box, { formats, when }) {
  for (const time of box.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.textContent = "clock" in time.dataset ? formats.clock(at) : when(at.getTime());
    time.title = formats.dateTime(at);
  }
}

/** After a tag that was taken away the next one stands in its place. */
const stops = (box) => [...box.querySelectorAll("a, summary, input, button")];

export function install(desk) {
  const { layers, preferences, server } = desk;
  const panel = $("#panel"), box = $("#customer"), toggle = $("#panel-toggle"), shade = $("#panel-shade");
  const columns = panel.parentElement, narrow = matchMedia("(max-width: 1199px)");
  let shown = null,
    asked = 0,
    failed = false,
    isHeld = false,
    isStale = false,
    soon = null;

  function fill(name) {
    box.replaceChildren($(`#panel-${name}`).content.cloneNode(true));
  }

  /** The answer for a conversation that was left meanwhile is dropped. */
  async function load() {
    const mine = ++asked, isAgain = $(".customer", box)?.dataset.of === shown;
    failed = isStale = false;
    const waiting = setTimeout(() => mine === asked && !isAgain && fill("loading"), SKELETON_AFTER);
    try {
      const nodes = await server.customer(shown);
      if (mine === asked) draw(nodes);
    } catch (error) {
      console.info("the customer's details did not come", error);
      if (mine === asked) fail();
    } finally {
      clearTimeout(waiting);
    }
  }

  /** Several things that happen at once are read once. */
  function refresh() {
    if (isHeld) isStale = true;
    else soon ??= setTimeout(() => (soon = null, isHeld ? isStale = true : shown && load()), TOGETHER);
  }

  function hold(held) {
    isHeld = held;
    if (!held && isStale) refresh();
  }

  /** What is edited meanwhile is not replaced. Where the keyboard was, another element stands afterwards. */
  function draw(nodes) {
    if (isHeld) return isStale = true;
    const isTrailOpen = $(".trail", box)?.open, at = document.activeElement;
    const field = at?.closest("#customer [data-field]")?.dataset.field;
    const focused = field ? `[data-field="${field}"] .noted-value` : at?.matches(".tag-input") ? ".tag-input" : null;
    const place = stops(box).indexOf(at);
    box.replaceChildren(...nodes);
    tellTimes(box, desk);
    if (isTrailOpen && $(".trail", box)) $(".trail", box).open = true;
    desk.tell("customer.drawn");
    if (focused) $(focused, box)?.focus();
    else if (place >= 0) (stops(box)[place] ?? stops(box).at(-1))?.focus();
  }

  function fail() {
    failed = true;
    if (isHeld) return;
    fill("failed");
    $("button", box).addEventListener("click", load);
  }

  box.addEventListener("click", ({ target }) => {
    const { conversation } = target.closest("[data-conversation]")?.dataset ?? {};
    if (!conversation) return;
    if (narrow.matches) open(false);
    desk.pane.showMessage(conversation, 1);
  });

  function open(isOpen) {
    columns.classList.toggle("panel-open", isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    shade.hidden = !isOpen || !narrow.matches;
    if (!narrow.matches) return;
    if (isOpen) {
      panel.focus();
      layers.opened();
    } else if (panel.contains(document.activeElement)) toggle.focus();
  }
  const isOpen = () => narrow.matches && columns.classList.contains("panel-open");

  /** Beside the thread it is folded away until it is wanted again, on the next day too. */
  function fold() {
    columns.toggleAttribute("data-folded", !narrow.matches && !preferences.get("panel"));
    toggle.setAttribute("aria-expanded", String(narrow.matches ? isOpen() : preferences.get("panel")));
  }

  function unfold(isShown) {
    preferences.set("panel", isShown);
    (isShown ? panel : toggle).focus();
  }

  toggle.addEventListener("click", () => narrow.matches ? open(!isOpen()) : unfold(true));
  $("#panel-close").addEventListener("click", () => narrow.matches ? open(false) : unfold(false));
  shade.addEventListener("click", () => open(false));
  narrow.addEventListener("change", () => {
    open(false);
    fold();
  });
  preferences.onChange((name) => name === "panel" && fold());
  fold();
  fill("none");

  function show(id) {
    if (id === shown) return;
    shown = id;
    asked++;
    failed = isHeld = false;
    if (id) loadAfterMessages(id);
    else fill("none");
  }

  /** What the agent came to read comes first: a server process works at one of them at a time. */
  async function loadAfterMessages(id) {
    const mine = asked, patience = new Promise((resolve) => setTimeout(resolve, MESSAGES_FIRST));
    await Promise.race([desk.transcripts.load(id).catch(() => {}), patience]);
    if (mine === asked) load();
  }

  function focus() {
    if (narrow.matches) open(true);
    else if (!preferences.get("panel")) unfold(true);
    panel.focus();
  }

  desk.on("opened", show);
  desk.on("online", () => failed && load());
  desk.on("customer.moved", ({ conversation }) => conversation === shown && load()); // looks at another page
  desk.panel(panel, focus, () => desk.current !== null);
  desk.on("customer.changed", ({ row }) => row.customer.id === desk.model.row(shown)?.customer.id && refresh());
  desk.on("tagged", (id) => id && $(`[data-tag="${id}"]`, box) && refresh());
  desk.customer = {
    refresh,
    hold,
    close() {
      const wasOpen = isOpen();
      if (wasOpen) open(false);
      return wasOpen;
    },
  };
}

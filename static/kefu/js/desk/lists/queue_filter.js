/**
 * What of the queue is shown, kept over reloads; and the details of those who wait, asked for while the list is open.
 *
 *   install(desk)                 before the queue
 *   desk.queueFilter.value()      { channel, group, longer, known } (state/waiting.js)
 *   desk.queueFilter.details
 *   queue_narrowed()              a moment of the desk: the filter or the details are others
 */
import { $, composes, h } from "../../base/page.js";
import { channelsOf, createDetails, isNarrow } from "../state/waiting.js";

const NAMES = ["channel", "group", "longer", "known"];
const SOON = 300, EVERY = 15_000;

export function install(desk) {
  const { model, preferences, server, t } = desk, panel = $("#queue"), details = createDetails();
  const names = new Map(); // of channels and groups that were offered
  const select = (name) => $(`#queue-${name}`);
  let asking = false, timer = 0, askedAt = -EVERY;

  const value = () => preferences.get("queueFilter");

  /** What a filter asks for stays in it although nobody of that kind waits now. */
  function offer(name, choices) {
    const node = select(name), wanted = value()[name], isThere = !wanted || choices.some(({ id }) => id === wanted);
    const all = isThere ? choices : [...choices, { id: wanted, name: names.get(wanted) ?? t("nobody_now") }];
    const same = all.map((one) => `${one.id} ${one.name}`).join("\n");
    for (const one of choices) names.set(one.id, one.name);
    if (node.dataset.offers !== same) {
      node.dataset.offers = same;
      node.replaceChildren(node.firstElementChild, ...all.map((one) => h("option", { value: one.id }, one.name)));
    }
    node.value = wanted;
  }

  function show() {
    offer("channel", channelsOf(model.waiting()));
    offer("group", details.groups());
    for (const name of ["longer", "known"]) select(name).value = value()[name];
    $("#queue-reset").hidden = !isNarrow(value());
    $("#queue-filter").dataset.set = String(isNarrow(value()));
    desk.tell("queue_narrowed");
  }

  function set(changed) {
    preferences.set("queueFilter", { ...value(), ...changed });
    show();
  }

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    if (asking || panel.hidden || !model.waiting().length) return;
    asking = true;
    askedAt = Date.now();
    try {
      details.take(await server.queue());
      show();
    } catch (error) {
      console.info("who waits is asked about again in a moment", error);
    } finally {
      asking = false;
    }
  }

  /** Many come at once: they are asked about together. */
  const askSoon = () => (timer ||= setTimeout(ask, SOON));

  /** It lies over those who wait: it goes as menus do. */
  function closes() {
    const box = $("#queue-filter");
    const leave = ({ target }) => box.contains(target) || (box.open = false);
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || composes(event) || !box.open) return;
      event.stopPropagation();
      box.open = false;
      $("summary", box).focus();
    });
  }

  closes();
  for (const name of NAMES) select(name).addEventListener("change", ({ target }) => set({ [name]: target.value }));
  $("#queue-reset").addEventListener("click", () => set(Object.fromEntries(NAMES.map((name) => [name, ""]))));

  desk.on("listed", ask);
  desk.changes(({ queue }) => queue && !panel.hidden && askSoon());
  desk.second(() => Date.now() - askedAt >= EVERY && ask());
  desk.on("began", show);
  preferences.onChange((name) => name === "queueFilter" && show());
  desk.queueFilter = { value, details };
}

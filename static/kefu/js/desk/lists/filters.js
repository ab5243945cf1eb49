/**
 * What narrows the list of my conversations: by message state, channel, tag and group, kept over reloads, and by words.
 * A row of chips says what is set, and takes each off with one press.
 *
 *   install(desk)                 before the list
 *   desk.filters.keep()           → row → whether it is shown; of ended ones only channel, tag, group and words count
 *   desk.filters.narrows()        whether anything is set
 *   desk.on("filtered", act)      it is another now
 */
import { $, composes, h, icon } from "../../base/page.js";
import { isSet, keeps, NONE, offered, toggled } from "../state/filter.js";

const KINDS = ["states", "channels", "tags", "groups"];

export function install(desk) {
  const { model, preferences, server, stars, t } = desk;
  const popup = $("#filter-popup"), chips = $("#filter-chips"), button = $("#filter-button");
  const find = $("#find"), findBox = $("#find-box"), findButton = $("#find-button");
  let groups = {}, words = "";

  const filter = () => ({ ...NONE, ...preferences.get("filters") });
  const states = () => [
    { id: "unread", name: t("state_unread") },
    { id: "waiting", name: t("state_waiting") },
    { id: "starred", name: t("state_starred") },
  ];

  /** What the rows have, and what is set although no row has it any more. */
  function choices() {
    const { channels, tags } = offered(model.mine(), desk.tags.of), names = preferences.get("filterNames");
    const all = {
      states: states(),
      channels,
      tags,
      groups: Object.entries(groups).map(([id, { name }]) => ({ id, name })),
    };
    for (const kind of KINDS) {
      const gone = filter()[kind].filter((id) => !all[kind].some((one) => one.id === id));
      all[kind] = [...all[kind], ...gone.map((id) => ({ id, name: desk.tags.named(id)?.name ?? names[id] ?? "…" }))];
    }
    return all;
  }

  /** A tag that was deleted narrows nothing any more: it would hide all that comes. */
  function forgetDeleted(id) {
    const set = filter(), tags = set.tags.filter((tag) => desk.tags.named(tag) || (id !== null && id !== tag));
    if (tags.length < set.tags.length) preferences.set("filters", { ...set, tags });
  }

  function choose(kind, { id, name }) {
    preferences.set("filterNames", { ...preferences.get("filterNames"), [id]: name });
    preferences.set("filters", toggled(filter(), kind, id));
  }

  function option(kind, one) {
    const onchange = () => choose(kind, one);
    const box = h("input", { type: "checkbox", class: "checkbox", value: one.id, onchange });
    box.checked = filter()[kind].includes(one.id);
    return h("label", { class: "filter-option" }, box, h("span", {}, one.name));
  }

  /** Where the keyboard was, another box stands afterwards. */
  function fill() {
    const all = choices(), focused = popup.contains(document.activeElement) && document.activeElement.value;
    for (const kind of KINDS) {
      const section = $(`[data-kind=${kind}]`, popup), few = kind === "groups" && all.groups.length < 2;
      section.hidden = !all[kind].length || few;
      $(".filter-options", section).replaceChildren(...all[kind].map((one) => option(kind, one)));
    }
    if (focused) [...popup.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
  }

  function chip(kind, one) {
    const off = () => preferences.set("filters", toggled(filter(), kind, one.id));
    const attributes = { type: "button", class: "filter-chip", onclick: off, "aria-label": t("filter_off", one) };
    return h("button", attributes, one.name, icon("remove"));
  }

  function show() {
    const all = choices(), set = filter();
    const on = KINDS.flatMap((kind) => all[kind].filter(({ id }) => set[kind].includes(id)).map((one) => [kind, one]));
    $(".filter-set", chips).replaceChildren(...on.map(([kind, one]) => chip(kind, one)));
    chips.hidden = !on.length;
    button.setAttribute("aria-pressed", String(on.length > 0));
    desk.tell("filtered");
  }

  async function learnGroups() {
    try {
      ({ groups } = await server.groups());
      if (!popup.hidden) fill();
      show();
    } catch (error) {
      console.info("the groups did not come", error); // they are asked for again with the next opening
    }
  }

  function search(text) {
    words = text;
    findButton.setAttribute("aria-pressed", String(Boolean(text)));
    desk.tell("filtered");
  }

  function toggleSearch(on = findBox.hidden) {
    findBox.hidden = !on;
    findButton.setAttribute("aria-expanded", String(on));
    if (on) return find.focus();
    find.value = "";
    search("");
  }

  popup.parentElement.addEventListener("menu:open", () => {
    fill();
    learnGroups();
    $("input", popup).focus();
  });
  $("#filter-clear").addEventListener("click", () => preferences.set("filters", NONE));
  findButton.addEventListener("click", () => toggleSearch());
  find.addEventListener("input", () => search(find.value));
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || composes(event)) return;
    event.preventDefault();
    toggleSearch(false);
    findButton.focus();
  });
  preferences.onChange((name) => {
    if (name !== "filters") return;
    show();
    if (!popup.hidden) fill();
  });
  desk.on("began", () => {
    if (filter().groups.length) learnGroups();
    show();
  });
  desk.on("tagged", (id) => {
    forgetDeleted(id);
    if (id === null || filter().tags.includes(id)) show();
  });
  desk.on("starred", () => filter().states.includes("starred") && desk.tell("filtered"));

  function keep({ past = false } = {}) {
    const set = filter();
    const known = set.groups.every((id) => id in groups); // until they are, nothing is hidden by them
    const wanted = { ...set, states: past ? [] : set.states, groups: known ? set.groups : [] };
    return keeps(wanted, { words, groups, isStarred: stars.has });
  }

  desk.filters = { keep, narrows: () => isSet(filter()) || Boolean(words.trim()) };
}

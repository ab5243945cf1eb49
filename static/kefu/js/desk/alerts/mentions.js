/**
 * The private notes that name this agent: a button in the top bar as long as there are any, which lists them and leads to
 * each. A note is seen when its conversation is opened; until then it stands there, after a reload too.
 *
 *   install(desk)                 after the alerts and navigation
 */
import { $, h } from "../../base/page.js";
import { closeMenus } from "../frame/menu.js";

const LASTS = 10_000;

export function install(desk) {
  const { model, navigation, server, t, toast, when } = desk;
  const menu = $("#mention-menu"), button = $("#mention-button"), list = $("#mention-notes");
  let notes = [], mark = null;

  const keyOf = ({ conversation, n }) => `${conversation}:${n}`;
  const isIn = (id) => ({ conversation }) => conversation === id;
  const isOpen = ({ conversation }) => conversation === desk.current && !document.hidden;
  /** What comes into a conversation that is only visited is not told to this desk, so it does not stand there. */
  const isWatched = (note) => isOpen(note) && model.follows(note.conversation);

  function show(answer) {
    const before = notes, known = new Set(notes.map(keyOf)), isFirst = mark === null;
    ({ notes, mark } = answer);
    for (const { conversation } of before) if (!notes.some(isIn(conversation))) desk.alerts.mentionSeen(conversation);
    const fresh = isFirst ? [] : notes.filter((note) => !known.has(keyOf(note)));
    if (fresh.length) tell(fresh[0]);
    paint();
    see();
  }

  function tell(note) {
    if (isWatched(note)) return;
    const text = t("mentioned_by", { by: note.by, name: note.row.customer.name });
    desk.alerts.mention(note.row, text, note.text);
    toast(note.text ? t("handed_note", { what: text, note: note.text }) : text, {
      action: t("open"),
      onAction: () => go(note),
      lasts: LASTS,
    });
  }

  function paint() {
    if (!notes.length && menu.contains(document.activeElement)) closeMenus();
    menu.hidden = !notes.length;
    const words = t("mentions", { n: notes.length });
    button.title = words;
    button.setAttribute("aria-label", words);
    $("#mention-count").textContent = notes.length;
    list.replaceChildren(...notes.map(item));
  }

  function item(note) {
    const head = h("strong", {}, t("mentioned_by", { by: note.by, name: note.row.customer.name }));
    const act = () => {
      closeMenus({ focus: false });
      go(note);
    };
    const time = h("time", { class: "numeric" }, when(note.at)),
      text = note.text && h("span", { dir: "auto" }, note.text);
    return h(
      "li",
      {},
      h("button", { type: "button", class: "popup-item mention-note", onclick: act }, head, text, time),
    );
  }

  /** What is not on this desk opens to be read only. */
  async function go({ conversation, row, n }) {
    if (!model.row(conversation)?.mine) model.visit(row);
    navigation.go(conversation);
    if (await desk.pane.showMessage(conversation, n) !== null) see(isOpen);
  }

  function see(isSeen = isWatched) {
    const seen = notes.filter(isSeen);
    if (seen.length) desk.command({ t: "mentions.see", conversation: desk.current }, console.info);
  }

  const ask = () => server.mentions().then(show).catch((error) => console.info("the mentions did not come", error));

  desk.on("loaded", ({ mentions }) => mentions && show(mentions));
  desk.on("mentions.changed", ask);
  desk.on("digest", ({ mentions }) => mentions !== mark && mark !== null && ask());
  desk.on("opened", () => see(isOpen));
  document.addEventListener("visibilitychange", () => see());
}

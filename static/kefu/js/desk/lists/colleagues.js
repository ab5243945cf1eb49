/**
 * The colleagues: who is there, since when, how busy, in which groups; and a button that hands them the conversation that
 * is open.
 *
 *   install(desk)                 after the lists and the dialog that hands over
 */
import { $, h } from "../../base/page.js";
import { roughly } from "../alerts/clock.js";
import { rank } from "../conversation/transfer.js";
import { statusText } from "../frame/status.js";
import { createKeyedList } from "./keyed.js";
import { hue, initial } from "./row.js";

export function install(desk) {
  const { clock, config, model, t, team } = desk, box = $("#rows-team"), template = $("#team-template");
  let groups = [], handsOver = false;

  function create({ id }) {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".team-hand-over", node).addEventListener("click", () => desk.transfer.open(id));
    return node;
  }

  const groupsOf = ({ id }) => groups.filter(({ agents }) => agents.includes(id)).map(({ name }) => name);

  function state({ status, reason }) {
    return status === "away" && reason ? t("status_away_reason", { reason }) : statusText(status, t);
  }

  function paint(node, one) {
    $(".row-initial", node).textContent = initial(one.name);
    $(".row-avatar", node).dataset.hue = hue(one.id);
    $(".dot", node).dataset.status = one.status;
    $(".row-name", node).replaceChildren(one.name, h("span", { class: "team-number numeric" }, one.number));
    $(".team-state", node).textContent = state(one);
    $(".team-groups", node).textContent = groupsOf(one).join(" · ");
    const load = $(".team-load", node);
    load.textContent = `${one.load}/${one.cap}`;
    load.dataset.full = String(one.load >= one.cap);
    const button = $(".team-hand-over", node);
    button.hidden = !handsOver || one.status === "offline";
    button.setAttribute("aria-label", t("hand_over_to", { name: one.name }));
    tickOne(node, one);
  }

  function tickOne(node, one) {
    const text = roughly(clock.now() - one.since, config.locale), since = $(".team-since", node);
    if (since.textContent !== text) since.textContent = text;
  }

  const list = createKeyedList({ box, create, paint });
  const isShown = () => desk.lists.selected === "team";

  function show() {
    if (!isShown()) return;
    const rows = rank(model.colleagues());
    list.show(rows.map((one) => ({ ...one, conversation: one.id })));
    $("#empty-team").hidden = rows.length > 0;
    $("#count-team").textContent = rows.filter(({ status }) => status !== "offline").length;
  }

  async function opened() {
    if (!isShown()) return;
    show();
    try {
      ({ groups } = await team.ask());
      show();
    } catch (error) {
      console.info("the groups of colleagues did not come", error); // they are named with the next opening
    }
  }

  function offer() {
    const could = handsOver;
    handsOver = desk.canWrite(desk.current);
    if (could !== handsOver) show();
  }

  team.isLookedAt(isShown);
  desk.on("listed", opened);
  desk.on("opened", offer);
  desk.changes(({ colleagues, all }) => {
    offer();
    if (colleagues || all) show();
  });
  desk.second(() => isShown() && list.each(tickOne));
}

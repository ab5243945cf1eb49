/**
 * The bar under a conversation that is over: write to the customer again, in a new one.
 *
 *   install(desk)                 after the pane and accepting
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { accepting, expected, model, t, toast } = desk, bar = $("#again-bar"), button = $("#again-button");

  function show() {
    const row = model.row(desk.current);
    bar.hidden = row?.state !== "ended" || !model.serves || isOpenAgain(row);
    const isClosed = row?.writes === false; // what the list of contacts says of it
    button.hidden = isClosed;
    $("#again-not").hidden = !isClosed;
  }

  /** Mine, or waiting: then it is written there. */
  const isOpenAgain = ({ customer, channel }) =>
    [...model.active(), ...model.waiting()].some((row) =>
      row.customer.id === customer.id && row.channel.id === channel.id
    );

  async function begin() {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const { customer } = model.row(desk.current);
    expected.add(customer.id);
    try {
      const { row } = await accepting.within({ t: "conversation.begin", conversation: desk.current });
      desk.lists.select("mine");
      desk.navigation.go(row.conversation, { focus: true });
      toast(t("began_hint", { name: customer.name }));
    } catch (refusal) {
      if (refusal.code !== "above_cap") desk.refused(refusal);
    } finally {
      expected.delete(customer.id);
      button.setAttribute("aria-disabled", "false");
    }
  }

  button.addEventListener("click", begin);
  for (const moment of ["opened", "loaded"]) desk.on(moment, show);
  desk.changes(show);
}

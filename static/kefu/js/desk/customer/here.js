/**
 * Says in the head of the conversation and beside the customer whether the customer is there.
 *
 *   install(desk)                after the panel
 */
import { $ } from "../../base/page.js";

export function install(desk) {
  const { presence } = desk;

  function paint(node) {
    if (!node) return;
    const found = presence.of(desk.current), words = presence.words(desk.current);
    node.hidden = !found;
    if (!found) return;
    const dot = $(".dot", node), text = $(".here-text", node), status = found.isHere ? "online" : "offline";
    if (dot.dataset.status !== status) dot.dataset.status = status;
    if (text.textContent !== words) text.textContent = words;
  }

  const show = () => [$("#pane-here"), $("#customer-here")].forEach(paint);

  desk.on("opened", show);
  desk.on("digest", show);
  desk.on("customer.moved", show);
  desk.on("customer.drawn", show);
  desk.second(show);
}

/**
 * The customers whom this agent knows, each once: recently held ones, and starred ones. Asked for when their tab is
 * opened, a page at a time.
 *
 *   install(desk)                 after the painter of rows
 */
import { $ } from "../../base/page.js";
import { createKeyedList } from "./keyed.js";
import { addressOf } from "./list.js";
import { createRoving, walkInRows } from "./roving.js";

const AGAIN_AFTER = 1000, SKELETON_AFTER = 300;

/**
 * The row that a contact opens: of the conversation that goes on, where it stands on this desk; else of the last one that
 * the agent held, where it may be read. null: neither.
 */
function rowToOpen(model, { row, opens, writes, open }) {
  const now = open && model.row(open.conversation);
  if (now && (now.mine || now.state === "queued")) return now;
  return opens ? { ...row, writes } : null;
}

/** One of the two lists; `place(contact)` is where the next page begins. */
function createContacts(desk, { name, place }) {
  const { model, painter, server, t, toast } = desk;
  const panel = $(`#${name}`), box = $(".rows", panel), empty = $(".empty", panel), more = $(".list-more", panel);
  const failed = $(".list-failed", panel), template = $("#contact-template");
  const coming = $("#panel-loading").content.firstElementChild.cloneNode(true);
  let contacts = [], asked = 0, soon = 0;

  function create() {
    const node = template.content.firstElementChild.cloneNode(true);
    $(".row-star", node).addEventListener("click", () => desk.stars.toggle(node.dataset.customer));
    $(".row-link", node).addEventListener("click", (event) => {
      const contact = contacts.find(({ customer }) => customer.id === node.dataset.customer);
      const row = rowToOpen(model, contact);
      if (row) return model.visit(row);
      event.preventDefault();
      toast(whyClosed(contact));
    });
    return node;
  }

  /** What colleagues hold is theirs to read until it is over. */
  function whyClosed({ customer, row, open }) {
    if (!row) return t("contact_never", { name: customer.name });
    return t("contact_elsewhere", { name: customer.name, by: open?.agent ?? row.agent?.name ?? t("somebody") });
  }

  function paint(node, contact) {
    const link = $(".row-link", node), row = rowToOpen(model, contact);
    node.dataset.customer = contact.customer.id;
    painter.paintContact(node, contact);
    link.href = row ? addressOf(row.conversation) : "#";
    for (const [name, value] of [["aria-disabled", !row], ["aria-current", row && row.conversation === desk.current]]) {
      if (value) link.setAttribute(name, "true");
      else link.removeAttribute(name);
    }
    link.title = row ? "" : whyClosed(contact);
  }

  const list = createKeyedList({ box, create, paint });
  const roving = createRoving({ box, selector: ".row-link" });
  walkInRows(box);
  const isShown = () => desk.lists.selected === name;

  function show(hasMore) {
    list.show(contacts.map((contact) => ({ ...contact, conversation: contact.customer.id })));
    empty.hidden = contacts.length > 0;
    more.hidden = !hasMore;
    roving.refresh();
  }

  async function load(before) {
    const mine = ++asked, slow = setTimeout(() => contacts.length || box.parentElement.prepend(coming), SKELETON_AFTER);
    failed.hidden = true;
    try {
      const page = await server.contacts(name, before);
      if (mine !== asked) return;
      const known = new Set(before ? contacts.map(({ customer }) => customer.id) : []);
      contacts = [...(before ? contacts : []), ...page.contacts.filter(({ customer }) => !known.has(customer.id))];
      show(page.more);
    } catch (error) {
      if (mine !== asked) return;
      console.info(`${name} contacts did not come`, error);
      failed.hidden = false;
    } finally {
      clearTimeout(slow);
      if (mine === asked) coming.remove();
    }
  }

  /** What happens meanwhile is read again, once for all that happens together. */
  function again() {
    if (isShown()) soon ||= setTimeout(() => (soon = 0, isShown() && load()), AGAIN_AFTER);
  }

  more.addEventListener("click", () => load(place(contacts.at(-1))));
  $("button", failed).addEventListener("click", () => load());
  desk.on("listed", () => isShown() && load());
  desk.on("opened", () => isShown() && contacts.forEach(({ customer }) => list.repaint(customer.id)));
  for (const moment of ["got", "lost", "loaded", "customer.changed"]) desk.on(moment, again);
  desk.on("tagged", () => isShown() && contacts.forEach(({ customer }) => list.repaint(customer.id)));
  desk.on("starred", (customer) => {
    if (name === "starred") again();
    list.repaint(customer);
  });
  return { focus: () => roving.stop?.isConnected ? roving.focus(roving.stop) : $(`#tab-${name}`).focus() };
}

export function install(desk) {
  createContacts(desk, { name: "recent", place: ({ row }) => row.conversation });
  createContacts(desk, { name: "starred", place: ({ customer }) => customer.id });
}

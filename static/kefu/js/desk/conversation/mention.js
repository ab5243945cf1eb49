/**
 * Offers colleagues while an @ is typed into a private note: those who may read the conversation.
 *
 *   install(desk)                 after the reply
 *   desk.mention.of(text)         ids of the colleagues whom a note with this text names
 */
import { $, composes, h } from "../../base/page.js";
import { matching, mentioned, queryAt } from "../state/mentions.js";

const AT = /[@＠]/;

export function install(desk) {
  const { announcer, reply, server, t } = desk,
    input = $("#reply"),
    list = $("#mention-list"),
    none = $("#mention-none");
  const box = list.parentElement;
  let chosen = [], readers = null, asked = null, offered = [], at = 0, query = null;

  /** Asked with the first @ of a conversation, typed or pasted: most notes name nobody. */
  function ask() {
    const id = desk.current;
    asked ??= server.readers(id).then((answer) => {
      if (id !== desk.current) return;
      ({ readers } = answer);
      look();
    }).catch((error) => {
      asked = null;
      console.info("the colleagues did not come", error);
    });
  }

  function forget() {
    readers = asked = null;
    chosen = [];
    close();
  }

  function look() {
    const isNoting = reply.isNote() && document.activeElement === input;
    query = isNoting ? queryAt(input.value, input.selectionStart) : null;
    if (isNoting && !readers && AT.test(input.value)) ask();
    if (!query) return close();
    if (!readers) return;
    offered = matching(readers, query.word);
    none.hidden = readers.length > 0 || query.word !== "";
    if (!offered.length && none.hidden) return close();
    show();
  }

  function show() {
    const isNew = box.hidden;
    list.replaceChildren(...offered.map(option));
    list.hidden = !offered.length;
    box.hidden = false;
    move(0);
    if (isNew) announcer.say(offered.length ? t("mention_offers", { n: offered.length }) : none.textContent);
  }

  function option(one, place) {
    const dot = h("span", { class: "dot", "data-status": one.status, "aria-hidden": "true" });
    const node = h("li", { role: "option", id: `mention-${place}`, class: "popup-item" }, dot, one.name);
    node.append(h("span", { class: "team-number numeric" }, one.number));
    node.addEventListener("pointerdown", (event) => event.preventDefault()); // the note keeps the focus
    node.addEventListener("click", () => choose(one));
    return node;
  }

  function move(to) {
    at = (to + offered.length) % (offered.length || 1);
    for (const [place, node] of [...list.children].entries()) {
      node.setAttribute("aria-selected", String(place === at));
      if (place === at) node.scrollIntoView({ block: "nearest" });
    }
    if (offered.length) input.setAttribute("aria-activedescendant", `mention-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    box.hidden = true;
    list.replaceChildren();
    offered = [];
    query = null;
    input.removeAttribute("aria-activedescendant");
  }

  function choose({ id, name }) {
    chosen.push({ id, name });
    input.setSelectionRange(query.from, input.selectionStart);
    close();
    reply.insert(`@${name} `);
  }

  const keys = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    Enter: () => choose(offered[at]),
    Tab: () => choose(offered[at]),
    Escape: close,
  };

  function onKey(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (box.hidden || composes(event) || ctrlKey || metaKey || altKey || shiftKey) return;
    if (!keys[key] || (!offered.length && key !== "Escape")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Enter sends no half a name, Escape leaves the note open
    keys[key]();
  }

  input.addEventListener("keydown", onKey, { capture: true });
  for (const name of ["input", "click"]) input.addEventListener(name, look);
  input.addEventListener("keyup", ({ key }) => ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key) && look());
  input.addEventListener("blur", close);
  desk.on("opened", forget);
  desk.on("noting", (on) => {
    close();
    if (on && AT.test(input.value)) ask(); // a draft that names somebody
  });
  /** Who may read it has changed meanwhile: the next note asks anew. */
  desk.on("unsent", ({ status, body }) => {
    if (status === "failed" && body.mentions) readers = asked = null;
  });
  desk.mention = { of: (text) => readers ? mentioned(text, readers, chosen) : [] };
}

/**
 * What the desk adds to a message when it is painted: long ones fold, names of colleagues in a note are marked, of a recalled one it says whose it was, and its
 * author can write it anew for two minutes.
 *
 *   const dress = createDress({ desk });
 *   dress(row)                    a row of thread/row.js, in the page
 *   linesOf(text)                 how many lines a text takes in the widest bubble, about (pure)
 */
import { h } from "../../base/page.js";
import { namesIn } from "../state/mentions.js";

const MOST_LINES = 15, WIDTH = 76; // in letters; a Chinese character is as wide as two
const EDIT_WITHIN = 120_000;
const WIDE = /[\u1100-\uffdc]/g;

export function linesOf(text) {
  const widthOf = (line) => line.length + (line.match(WIDE)?.length ?? 0);
  return text.split("\n").reduce((lines, line) => lines + Math.max(1, Math.ceil(widthOf(line) / WIDTH)), 0);
}

export function createDress({ desk }) {
  const { t, model } = desk;
  const isMine = ({ from, author }) => from === "agent" && author === model.me.id;
  const act = (name, words, onclick) => h("button", { type: "button", class: name, onclick }, words);

  function dress(row) {
    const { node, message } = row;
    node.tabIndex = -1;
    if (message.recalled) return recalled(row);
    row.words = message.text;
    if (message.content?.mentions) markNames(row);
    if (message.text?.length > MOST_LINES && linesOf(message.text) > MOST_LINES) fold(row);
  }

  /** A colleague's name as it is now; one who was renamed meanwhile stands there as it was written. */
  function markNames({ message, body }) {
    const names = message.content.mentions.map(nameOf), words = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (words.nextNode()) texts.push(words.currentNode);
    for (const text of texts.filter(({ parentNode }) => !parentNode.closest("a, .mention"))) {
      for (const { at, name } of namesIn(text.data, names).reverse()) {
        const isMe = name === model.me.name, found = text.splitText(at);
        found.splitText(name.length + 1);
        found.replaceWith(h("span", { class: isMe ? "mention mention-me" : "mention" }, found.data));
      }
    }
  }

  const nameOf = (id) => id === model.me.id ? model.me.name : model.colleague(id);

  function fold(row) {
    const bubble = row.node.querySelector(".bubble");
    const button = act("unfold", "", () => {
      row.unfolded = !row.unfolded;
      show();
    });
    function show() {
      bubble.classList.toggle("folded", !row.unfolded);
      button.textContent = t(row.unfolded ? "fold" : "unfold");
      button.setAttribute("aria-expanded", Boolean(row.unfolded));
    }
    show();
    bubble.after(button);
  }

  function recalled(row) {
    const { message, body } = row;
    body.textContent = recalledText(message);
    if (!row.words || !isMine(message)) return;
    row.recalledAt ??= Date.now();
    const left = row.recalledAt + EDIT_WITHIN - Date.now();
    if (left <= 0) return;
    const button = act("edit-again", t("edit_again"), () => desk.reply.edit(row.words, Boolean(message.note)));
    body.append(" · ", button);
    setTimeout(() => row.body === body && (body.textContent = recalledText(message)), left);
  }

  function recalledText(message) {
    if (isMine(message)) return t("recalled_mine");
    return message.from === "agent" ? t("recalled_by", { name: message.name }) : t("recalled_other");
  }

  return dress;
}

/**
 * Paints a conversation as a row of a list, with its words for screen readers.
 *
 *   const painter = createRowPainter({ t, marks, locale, clock, draft(id), isEnding(id), typists,
 *     isStarred(customer), tagsOf(row), colleague(id), presence, moment(ms) });
 *   painter.paint(node, row)         everything of a row of mine
 *   painter.paintQueued(node, row, detail)   everything of a waiting one; detail: state/waiting.js, or null
 *   painter.paintContact(node, { customer, row, open })   a customer: the latest row, and whoever has the open one
 *   painter.tick(node, row)          only the clock
 *   install(desk)                    desk.painter
 *   lastText(last, t, marks)         what the last message says in one line; marks: kind → what stands for it
 *   prefixOf(last, t, colleague)     who said it, "" for the customer; colleague(id): an agent's name, null for myself
 */
import { $, h, icon } from "../../base/page.js";
import { spoken, waited, waitingLevel, waitingStep } from "../alerts/clock.js";

const NUMBERED = / \d{4}$/, HUES = 8, TAGS = 2;

/** The first letter of a name; of a numbered one its last two digits, which differ. */
export function initial(name) {
  return NUMBERED.test(name) ? name.slice(-2) : [...(name || "?").trim()][0]?.toUpperCase() ?? "?";
}

/** The number of a customer's colour (customers/profiles/rules.py has the same). */
export const hue = (id) => [...(id ?? "")].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % HUES + 1;

const MARKS = { web: "web", h5: "h5" };

export function channelIcon(kind) {
  return icon(MARKS[kind] ?? "conversation");
}

export function lastText(last, t, marks = {}) {
  if (!last) return "";
  if (last.kind === "text") return last.text || t("recalled"); // no message is empty
  const mark = marks[last.kind] ?? (last.text ? "" : marks.file); // what is unknown and has no words has a file
  return [mark, last.text].filter(Boolean).join(" ");
}

export function prefixOf(last, t, colleague) {
  if (last?.from !== "agent") return "";
  const name = last.author && colleague(last.author);
  return name == null ? t("me_prefix") : name && t("colleague_prefix", { name });
}

/** Setting the same text again would still make the browser lay out and a screen reader listen. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

/** Why somebody waits, and whether we know them; the server says so while the queue is looked at. */
function cause(node, detail, t) {
  say($(".queue-why", node), detail ? t(`why_${detail.why}`) : "");
  $(".queue-known", node).hidden = !detail?.earlier;
  say($(".queue-known", node), detail?.earlier ? t("came_before", { n: detail.earlier }) : "");
  say($(".queue-page", node), detail?.page.title || "");
}

const namesOf = (tags) => tags.map(({ name }) => name).join(" · ");

/** The first tags and how many more there are. In two places, of which the density shows one. */
function tagged(node, tags) {
  const key = tags.map(({ color, name }) => `${color} ${name}`).join("\n");
  if ((node.dataset.tags ?? "") === key) return;
  node.dataset.tags = key;
  for (const box of node.querySelectorAll(".row-tags")) {
    const chips = tags.slice(0, TAGS).map(({ name, color }) =>
      h("span", { class: "tag row-tag", "data-color": color }, h("span", {}, name))
    );
    const more = tags.length > TAGS
      ? [h("span", { class: "tag row-tag row-tags-more" }, `+${tags.length - TAGS}`)]
      : [];
    box.replaceChildren(...chips, ...more);
    mark(box, "title", namesOf(tags));
  }
}

/** Whether the customer is there: a dot at the corner of the face. */
function here(node, row, presence) {
  const found = presence.of(row.conversation), dot = $(".row-here", node);
  dot.hidden = !found;
  if (!found) return;
  mark(dot, "data-status", found.isHere ? "online" : "offline");
  mark(dot, "title", presence.words(row.conversation));
}

export function createRowPainter(
  { t, marks, locale, clock, draft, isEnding, typists, isStarred, tagsOf, colleague, presence, moment },
) {
  function identity(node, row) {
    say($(".row-initial", node), initial(row.customer.name));
    mark($(".row-avatar", node), "data-hue", String(hue(row.customer.id)));
    say($(".row-name", node), row.customer.name);
    say($(".row-channel", node), row.channel.name);
    tagged(node, tagsOf(row));
    const badge = $(".row-mark", node);
    if (badge.dataset.kind === row.channel.kind) return;
    badge.dataset.kind = row.channel.kind;
    badge.replaceChildren(channelIcon(row.channel.kind));
  }

  function star(node, customer) {
    const button = $(".row-star", node), on = isStarred(customer.id);
    mark(button, "aria-pressed", String(on));
    mark(button, "aria-label", t("star_named", { name: customer.name }));
  }

  function content(node, row) {
    const prefix = $(".row-prefix", node), text = $(".row-last", node), written = draft(row.conversation);
    mark(prefix, "data-draft", written ? "true" : "");
    const [who, words] = written ? [t("draft_prefix"), written] : said(row);
    say(prefix, who);
    say(text, words);
    $(".row-note", node).hidden = row.note == null || isForNext(row);
    const isTyping = typists.has(row.conversation) && !written, unsent = isTyping && typists.text(row.conversation);
    mark(text, "data-unsent", unsent ? "true" : "");
    if (!isTyping) return;
    say(prefix, unsent ? t("typing_short") : "");
    say(text, unsent || t("typing_short"));
  }

  /** A note hides no question from whoever reads them; whoever has not opened it yet gets the note. */
  const isForNext = (row) => Boolean(row.note) && (Boolean(row.handed_by) || row.state === "queued");
  const said = (row) =>
    isForNext(row) ? [t("note_prefix"), row.note] : [prefixOf(row.last, t, colleague), lastText(row.last, t, marks)];

  function unread(node, row) {
    const badge = $(".row-badge", node);
    const count = row.unread;
    badge.classList.toggle("badge", count > 0);
    say(badge, count ? (count > 99 ? "99+" : String(count)) : "");
  }

  function state(node, row) {
    const chip = $(".row-state", node), ending = isEnding(row.conversation);
    chip.hidden = !ending && !row.handed_by;
    if (ending) say(chip, t("ending"));
    else if (row.handed_by) say(chip, t("handed_chip", { by: row.handed_by }));
    mark(node, "data-state", row.state);
  }

  function time(node, row, since, now) {
    const box = $(".row-time", node);
    if (since == null) {
      const at = row.last?.at ?? row.ended_at ?? row.assigned_at ?? row.opened_at;
      mark(node, "data-level", "");
      mark(box, "data-step", "");
      box.classList.remove("waits");
      say(box, at ? moment(at) : "");
      box.dataset.icon = "";
      return;
    }
    const level = waitingLevel(since, now);
    mark(node, "data-level", level);
    mark(box, "data-step", String(waitingStep(since, now)));
    box.classList.add("waits");
    if (box.dataset.icon !== level || !box.lastElementChild?.matches("span")) {
      box.replaceChildren(...(level ? [icon(level)] : []), document.createElement("span"));
      box.dataset.icon = level;
    }
    say(box.lastElementChild, t("waits", { time: waited(now - since, locale, { exact: false }) }));
  }

  function spokenLabel(row, since, now) {
    const written = draft(row.conversation), tags = tagsOf(row);
    return [
      row.customer.name,
      isStarred(row.customer.id) && t("starred"),
      presence.words(row.conversation),
      row.handed_by && t("handed_chip", { by: row.handed_by }),
      row.unread && t("unread_spoken", { n: row.unread }),
      since != null && t("waiting_spoken", { time: spoken(now - since, locale) }),
      row.channel.name,
      tags.length && t("tags_spoken", { names: namesOf(tags) }),
      written ? `${t("draft_prefix")} ${written}` : said(row)[1] && said(row).join(" ").trim(),
      row.note != null && !isForNext(row) && t("has_note"),
    ].filter(Boolean).join(", ");
  }

  function withWhom({ mine, agent }) {
    if (mine) return t("open_with_me");
    return agent ? t("open_with", { name: agent }) : t("open_waiting");
  }

  const since = (row) => row.state === "active" ? row.waiting_since : null;
  const queuedSince = (row) => row.queued_at ?? row.opened_at;

  return {
    paint(node, row) {
      identity(node, row);
      content(node, row);
      unread(node, row);
      state(node, row);
      star(node, row.customer);
      this.tick(node, row);
    },
    paintContact(node, { customer, row, open }) {
      const last = row && [prefixOf(row.last, t, colleague), lastText(row.last, t, marks)];
      if (row) identity(node, row);
      else say($(".row-initial", node), initial(customer.name));
      say($(".row-name", node), customer.name);
      [".row-prefix", ".row-last"].forEach((part, at) => say($(part, node), last?.[at] ?? ""));
      const at = row?.last?.at ?? row?.ended_at ?? row?.opened_at, when = at ? moment(at) : "";
      say($(".row-time", node), when);
      const chip = $(".row-state", node), holder = open ? withWhom(open) : "";
      chip.hidden = !open;
      say(chip, holder);
      star(node, customer);
      const words = [customer.name, holder, last?.filter(Boolean).join(" "), when].filter(Boolean);
      mark($(".row-link", node), "aria-label", words.join(", "));
    },
    tick(node, row) {
      const now = clock.now();
      time(node, row, since(row), now);
      here(node, row, presence);
      mark($(".row-link", node), "aria-label", spokenLabel(row, since(row), now));
    },
    paintQueued(node, row, detail) {
      identity(node, row);
      cause(node, detail, t);
      const [who, words] = said(row);
      say($(".row-prefix", node), who);
      say($(".row-last", node), words);
      this.tickQueued(node, row, detail);
    },
    tickQueued(node, row, detail) {
      const now = clock.now(), name = row.customer.name;
      time(node, row, queuedSince(row), now);
      here(node, row, presence);
      const label = [spokenLabel(row, queuedSince(row), now), detail && t(`why_${detail.why}`)].filter(Boolean).join(
        ", ",
      );
      mark($(".row-link", node), "aria-label", label);
      mark($(".queue-accept", node), "aria-label", t("accept_named", { who: name }));
      mark($(".queue-discard", node), "aria-label", t("discard_named", { who: name }));
    },
  };
}

export function install(desk) {
  const { clock, config, drafts, endings, model, t, typists } = desk;
  desk.painter = createRowPainter({
    t,
    marks: config.marks,
    locale: config.locale,
    clock,
    draft: (id) => id === desk.current ? "" : drafts.of(id) || desk.reply.chosen(id),
    isEnding: endings.has,
    typists,
    isStarred: desk.stars.has,
    tagsOf: desk.tags.of,
    colleague: model.colleague,
    presence: desk.presence,
    moment: desk.moment,
  });
}

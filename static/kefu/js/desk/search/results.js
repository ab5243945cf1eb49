/**
 * Draws what was found: groups of options, hits marked. Text only.
 *
 *   const results = createResults({ box, t, formats, now, choose(row, n | null) });
 *   results.show(answer, kind)    kind: "all" | "contacts" | "conversations" | "messages"; what was active stays active
 *   results.move(by), results.first(), results.last(), results.choose() → whether there was one
 *   counts(answer)                kind → how many (pure)
 *   isPart(kind, answer)          whether there may be more of a kind than were sent (pure)
 */
import { empty, h, icon } from "../../base/page.js";

const AT_FIRST = 4; // of contacts and of conversations, where all kinds are shown
export const KINDS = ["contacts", "conversations", "messages"];

/** Every second part is a hit. */
export const parts = (texts) => texts.map((text, at) => at % 2 ? h("mark", {}, text) : text);

export function counts(answer) {
  const of = (kind) => answer?.[kind]?.length ?? 0;
  return {
    contacts: of("contacts"),
    conversations: of("conversations"),
    messages: (answer?.messages ?? []).reduce((sum, { hits }) => sum + hits, 0),
  };
}

const MOST = { contacts: 8, conversations: 20 }; // of an answer (docs/protocol.md)

export function isPart(kind, answer) {
  return kind === "messages" ? Boolean(answer.next) : answer[kind]?.length >= MOST[kind];
}

export function createResults({ box, input, t, formats, now, choose }) {
  let options = [], active = -1;

  function option(key, act, ...kids) {
    const node = h(
      "div",
      { class: "search-option", role: "option", id: `search-${key}`, "aria-selected": "false" },
      ...kids,
    );
    node.addEventListener("click", act);
    node.addEventListener("pointermove", () => activate(options.indexOf(node), false));
    return node;
  }

  const when = (at) => formats.sameDay(at, now()) ? formats.clock(at) : formats.day(at, now());
  const time = (at) => h("time", { class: "search-time numeric" }, when(at));
  const stateOf = ({ state, agent }) => state === "ended" ? t("search_ended") : agent?.name ?? t("search_waiting");

  function contact({ id, name, detail, at, row }) {
    const words = detail.length ? parts(detail) : [t("search_latest", { where: row.channel.name })];
    return option(
      `contact-${id}`,
      () => choose(row, null),
      h("span", { class: "search-name" }, icon("search-contact"), h("span", {}, ...parts(name))),
      h("span", { class: "search-text hint" }, ...words),
      time(at),
    );
  }

  function conversation({ name, channel, row }) {
    return option(
      `conversation-${row.conversation}`,
      () => choose(row, null),
      h("span", { class: "search-name" }, icon("conversation"), h("span", {}, ...parts(name))),
      h("span", { class: "search-text hint" }, ...parts(channel), ` · ${stateOf(row)}`),
      time(row.opened_at),
    );
  }

  const author = ({ note, name }) => note ? t("search_note", { name }) : name;

  function message(row, one) {
    return option(
      `message-${row.conversation}-${one.n}`,
      () => choose(row, one.n),
      h("span", { class: "search-author" }, author(one)),
      h("span", { class: "search-text", dir: "auto" }, ...parts(one.text)),
      time(one.at),
    );
  }

  function talk({ row, hits, found }) {
    const label = h("p", { class: "search-talk", id: `search-talk-${row.conversation}` });
    label.append(
      h("strong", {}, row.customer.name),
      h("span", { class: "hint" }, `${row.channel.name} · ${stateOf(row)} · ${when(row.opened_at)}`),
      hits > found.length ? h("span", { class: "search-hits numeric" }, t("search_hits", { n: hits })) : "",
    );
    return h("div", { role: "group", "aria-labelledby": label.id }, label, ...found.map((one) => message(row, one)));
  }

  const DRAW = { contacts: contact, conversations: conversation, messages: talk };

  function section(kind, list, isAlone) {
    const shown = isAlone || kind === "messages" ? list : list.slice(0, AT_FIRST);
    const title = h("p", { class: "search-title", id: `search-title-${kind}` }, t(`search_${kind}`));
    return h("div", { role: "group", "aria-labelledby": title.id }, title, ...shown.map(DRAW[kind]));
  }

  function activate(at, isByKey) {
    options[active]?.setAttribute("aria-selected", "false");
    active = at;
    const node = options[at];
    if (!node) return input.removeAttribute("aria-activedescendant");
    node.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", node.id);
    if (isByKey) node.scrollIntoView({ block: "nearest" });
  }

  return {
    show(answer, kind) {
      const before = options[active]?.id;
      empty(box);
      for (const each of KINDS) {
        const list = answer?.[each] ?? [];
        if (list.length && (kind === "all" || kind === each)) box.append(section(each, list, kind === each));
      }
      options = [...box.querySelectorAll("[role=option]")];
      active = -1;
      activate(Math.max(0, options.findIndex(({ id }) => id === before)), false);
    },
    move(by) {
      if (options.length) activate((active + by + options.length) % options.length, true);
    },
    first: () => activate(0, true),
    last: () => activate(options.length - 1, true),
    choose() {
      options[active]?.click();
      return active >= 0 && options.length > 0;
    },
  };
}

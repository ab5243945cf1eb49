/**
 * The desk's own kernel with a page read from its templates, and a server that is a list of answers.
 *
 *   const { desk, page, sent, toasts, said } = openDesk({ rows, queue, colleagues, me })
 *   openDesk({ words: deskTexts() })                       what the page itself says (texts.js)
 *   customers.set("one", [node])                           what the panel of a conversation shows, or an Error
 *   desk.answers["conversation.accept"] = (frame) => answer    or throws a refusal
 */
import { openPage } from "./page.js";
import { createFormats } from "../../../static/kefu/js/base/page.js";
import { createDesk } from "../../../static/kefu/js/desk/desk.js";
import { FEATURES } from "../../../static/kefu/js/desk/features.js";
import { install as account } from "../../../static/kefu/js/desk/frame/account.js";
import { install as alerts } from "../../../static/kefu/js/desk/alerts/alerts.js";
import { install as repeat } from "../../../static/kefu/js/desk/alerts/repeat.js";
import { install as session } from "../../../static/kefu/js/desk/session.js";
import { install as sound } from "../../../static/kefu/js/desk/alerts/sound.js";
import { install as tabs } from "../../../static/kefu/js/desk/frame/tabs.js";
import { install as title } from "../../../static/kefu/js/desk/alerts/title.js";

/** Those need a network, other windows, a loudspeaker. */
const OUTWARD = [session, tabs, sound, title, alerts, repeat, account];

export const NOW = new Date(2026, 10, 30, 12).getTime();
export const bob = {
  id: "bob",
  name: "Bob",
  number: "1002",
  status: "online",
  reason: "",
  since: NOW,
  load: 1,
  cap: 10,
};
export const dave = { ...bob, id: "dave", name: "Dave", number: "1003" };

/** A conversation that bob holds with Carol. */
export function row(conversation, fields = {}) {
  return {
    conversation,
    seq: 1,
    n: 1,
    state: "active",
    agent: { id: "bob", name: "Bob" },
    customer: { name: "Carol" },
    channel: { kind: "web", name: "Shop" },
    last: { from: "customer", kind: "text", text: "Is there tea?", at: NOW },
    opened_at: NOW,
    assigned_at: NOW,
    queued_at: null,
    waiting_since: null,
    ended_at: null,
    handed_by: null,
    unread: 0,
    delivered: 0,
    read: 0,
    ...fields,
  };
}

export const waiting = (conversation, queuedAt) =>
  row(conversation, { state: "queued", agent: null, queued_at: queuedAt, assigned_at: null });

export const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A text is its name and its values: what is said is tested, not how. */
export const t = (name, values = {}) => [name, ...Object.values(values)].join(" ");
t.known = t;

export function openDesk(
  {
    contacts = () => ({ contacts: [], more: false }),
    features = FEATURES.filter((one) => !OUTWARD.includes(one)),
    words = t,
    ...state
  } = {},
) {
  const page = openPage("workbench/desk/desk.html");
  const sent = [], toasts = [], said = [], whispers = [], asked = [], pages = new Map(), customers = new Map();
  const formats = createFormats("en");
  const desk = createDesk({
    agentId: "bob",
    maxBytes: 1000,
    config: { locale: "en", recalls: ["text"] },
    server: {
      stars: () => Promise.resolve({ stars: state.stars ?? [] }),
      contacts: (list, before) => Promise.resolve(contacts(list, before)),
      groups: () => Promise.resolve({ groups: {} }),
      colleagues: () => Promise.resolve({ groups: [{ id: "sales", name: "Sales", agents: ["dave"] }] }),
      customer(id) {
        const found = customers.get(id) ?? [];
        asked.push(`/customers/${id}/`);
        return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
      },
      page: (id) => Promise.resolve(pages.get(id) ?? { messages: [], lines: [], more: false }),
    },
    t: words,
    formats,
    clock: { now: () => NOW, sync() {} },
    announcer: { say: (text) => said.push(text), alarm: (text) => said.push(text) },
    toast: (text) => toasts.push(text),
  });
  desk.answers = {};
  desk.live = {
    lossy: (frame) => whispers.push(frame),
    command(frame) {
      sent.push(frame);
      return new Promise((resolve) => resolve(desk.answers[frame.t]?.(frame) ?? {}));
    },
  };
  desk.resync = () => Promise.resolve(sent.push({ t: "resync" }));
  for (const install of features) install(desk);
  desk.begin({ me: bob, rows: [row("one")], queue: [], colleagues: [dave], ...state });
  page.frames();
  return { desk, page, sent, toasts, said, whispers, pages, customers, asked };
}

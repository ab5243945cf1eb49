/**
 * What a desk shows, as names and values that can be compared: its rows and lists as plain data, and each of its lists as
 * it stands in the page.
 *
 *   knownTo({ model, stars })     → { name: value } of the plain data alone; stars.has(customer)
 *   shownBy({ desk, page })       → the same, with all that stands in the page
 *   threadOf(page of messages)    → the same of a thread; but a line is told with the moment of its telling, and read with
 *                                 that of its transaction: some milliseconds of a time that is shown in minutes
 *   without(shown, ids)           the same without those conversations
 *   differences(one, other)       → ["name: value of one, not value of the other"]
 */
const LISTS = ["rows-active", "rows-ended", "rows-queue", "rows-team"];
const FIGURES = [
  "count-mine",
  "count-active",
  "count-ended",
  "count-queue",
  "load-figure",
  "status-label",
  "late-notice",
];
const OF_THE_HAND = new Set(["tabindex", "aria-current", "data-enter"]);
const OF_THE_MOMENT = ["team-groups", "team-since", "team-hand-over"]; // asked for, counted, offered with what is open

function flat(value, name, into) {
  if (value !== null && typeof value === "object") {
    for (const [key, part] of Object.entries(value)) flat(part, `${name}.${key}`, into);
  } else into[name] = value;
  return into;
}

export function knownTo({ model, stars }, into = {}) {
  const told = ({ tagged_at: _, ...row }) => row; // what a model only keeps for itself is shown nowhere
  const byId = (rows) => Object.fromEntries(rows.map((row) => [row.conversation ?? row.id, told(row)]));
  flat(byId([...model.mine(), ...model.waiting()]), "row", into);
  flat(byId(model.colleagues()), "colleague", into);
  flat(model.me, "me", into);
  into.unread = model.unread();
  into.serves = model.serves;
  const names = (rows) => rows.map((row) => row.conversation).join(" ");
  into["order of those who wait"] = names(model.waiting());
  into["order of those that ended"] = names(model.ended());
  for (const { conversation, customer } of [...model.mine(), ...model.waiting()]) {
    into[`star of ${customer.id} in ${conversation}`] = stars.has(customer.id);
  }
  return into;
}

/** Every element of a list by its place: what it says itself, and its attributes; of what is hidden only that it is. */
function ofNode(node, name, into) {
  for (const [attribute, value] of node.hidden ? [["hidden", ""]] : node.attributes) {
    if (!OF_THE_HAND.has(attribute)) into[`${name}@${attribute}`] = value;
  }
  if (node.hidden) return;
  let at = 0;
  for (const kid of node.childNodes) {
    if (kid.classes?.some((name) => OF_THE_MOMENT.includes(name))) at++;
    else if (kid.childNodes) ofNode(kid, `${name}/${kid.classes[0] ?? kid.tag}:${at++}`, into);
    else into[`${name} says`] = `${into[`${name} says`] ?? ""}${kid}`;
  }
}

function ofPage(page, into) {
  for (const list of LISTS) {
    const rows = page.$(`#${list}`)?.children ?? [], addresses = rows.map(addressOf);
    into[`order of ${list}`] = addresses.join(" ");
    rows.forEach((node, at) => ofNode(node, `${list} ${addresses[at]}`, into));
  }
  for (const id of FIGURES) into[id] = page.$(`#${id}`)?.textContent;
}

const addressOf = (node) =>
  node.querySelector("a")?.getAttribute("href") ?? node.querySelector(".row-name").textContent;

export function shownBy({ desk, page }) {
  const into = {};
  page.frames();
  desk.tick();
  page.frames();
  knownTo(desk, into);
  ofPage(page, into);
  return into;
}

export function threadOf({ messages, lines }) {
  const into = {};
  for (const { cid: _, ...message } of messages) flat(message, `message ${message.n}`, into);
  for (const { at: _, ...line } of lines) flat(line, `line ${line.seq}`, into);
  return into;
}

export function without(shown, ids) {
  const kept = Object.entries(shown).filter(([name]) => !ids.some((id) => name.includes(id)));
  const short = (value) => typeof value === "string" ? ids.reduce((text, id) => text.replace(id, ""), value) : value;
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name.startsWith("order") ? short(value).trim() : value]),
  );
}

export function differences(one, other) {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.filter((name) => one[name] !== other[name])
    .map((name) => `${name}: ${JSON.stringify(one[name])}, not ${JSON.stringify(other[name])}`);
}

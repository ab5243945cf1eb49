/**
 * A long day at bob's desk: many conversations come, are answered, handed on, starred, marked, noted and ended, here, in
 * bob's other window and by a colleague, while the network is cut three times, each time in another way. In the evening
 * everything that the desk shows is compared with what a page shows that is loaded then. One line of JSON:
 *
 *   { opened, lost: [frames lost by each cut], refused: how many acts came too late, rows, threads, differences }
 */
import { createColleague, createVisitor, goToWork, passes, pause, reloaded, until } from "./work.js";
import { differences, shownBy, threadOf, without } from "./shown.js";

const { url, channel, bob, dave, conversations, seed } = JSON.parse(Deno.args[0]);
const AT_ONCE = 45; // open conversations; more customers wait before they write
const HANDFUL = 30; // held by bob; then some of them end together
const DOORS = 4; // customers who write at the same moment
const CUTS = ["deaf", "mute", "away"];
const CUT_FOR = 700; // milliseconds
const RESYNC_EVERY = 6000; // the desk asks for the whole state no oftener
const MOST_ENDED = 100; // in a list
const ACTS = 1; // of bob, for each conversation
const OPENS_EVERY = 6; // acts
const DRAW_EVERY = 2000, LOOKS_EVERY = 600, FEW = 12;

function diceOf(seed) {
  let state = seed;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  return { below: (n) => Math.floor(next() * n), one: (list) => list[Math.floor(next() * list.length)] };
}

const dice = diceOf(seed);
const { desk, page, losses, config } = await goToWork({ url, ...bob });
const { model } = desk, mine = createColleague({ url, ...bob }), colleague = createColleague({ url, ...dave });
await until(() => desk.live.state === "online");
await colleague.command({ t: "status.set", status: "online" });
mine.stays();
colleague.stays();

const lost = [], idle = [], talking = new Map(); // conversation → its customer
let opened = 0, refused = 0, isEvening = false, isCut = false;
const drawing = setInterval(page.frames, DRAW_EVERY);

/** What comes too late is refused, and what is cut off is not answered: both belong to such a day. */
const tries = (act) => Promise.resolve(act).catch(() => refused++);

async function customers() {
  while (opened < conversations) {
    const number = opened++;
    await until(() => talking.size < AT_ONCE, 60_000);
    const carol = idle.pop() ?? await createVisitor({ url, channel });
    carol.conversation = null;
    await carol.says(`Question ${number}`);
    talking.set(carol.conversation, carol);
    if (!dice.below(3)) await carol.says(`And ${number}`);
    if (!dice.below(12)) await tries(carol.command({ t: "receipt", conversation: carol.conversation, read: 2 }));
    if (!dice.below(20)) await tries(carol.command({ t: "conversation.end", conversation: carol.conversation }));
    if (number > 0 && number % Math.ceil(conversations / (CUTS.length + 1)) === 0) cut(CUTS[lost.length]);
  }
}

/** A network that is deaf, mute or away, and comes back with every connection gone. */
async function cut(network) {
  const at = lost.push(0) - 1, before = losses.lost.length;
  isCut = true;
  losses.network = network;
  if (network === "away") losses.cut();
  await pause(CUT_FOR);
  losses.cut();
  losses.network = "up";
  passes(RESYNC_EVERY);
  await until(() => desk.live.state === "online");
  lost[at] = losses.lost.length - before;
  isCut = false;
}

function leaves(ids) {
  for (const id of ids) {
    if (talking.has(id)) idle.push(talking.get(id));
    talking.delete(id);
  }
}

const of = (row, t, more = {}) => ({ t, conversation: row.conversation, ...more });
const others = () => model.colleagues()[0].id;
const post = (row, text, more) => of(row, "message.post", { kind: "text", text, ...more });

/** What bob does here, by the desk's own features. */
const HERE = {
  answers: (row) => desk.outbox.write({ conversation: row.conversation, text: "Yes.", files: [] }),
  opens: (row) => page.goTo(`#c-${row.conversation}`),
  notes: (row) => desk.outbox.write({ conversation: row.conversation, text: "Knows tea.", files: [], note: true }),
  stars: (row) => desk.stars.toggle(row.customer.id),
  marks: (row) => desk.markUnread(row.conversation),
  hands: (row) => desk.command(of(row, "conversation.transfer", { to: others(), note: "Yours" })),
};
/** What happens to bob's conversations in the other window. */
const ELSEWHERE = {
  answers: (row) => mine.command(post(row, "Of course.")),
  reads: (row) => mine.command({ t: "conversations.read", read: { [row.conversation]: row.n } }),
  stars: (row) => mine.command({ t: "customer.star", customer: row.customer.id, on: !desk.stars.has(row.customer.id) }),
  names: (row) => mine.command(of(row, "customer.change", { field: "remark", ...remark(row) })),
  tags: (row) => mine.command(of(row, "customer.tag", { name: "Tea" })),
};
const remark = (row) => ({ seen: { remark: "" }, values: { remark: `Carol of ${row.conversation.slice(0, 4)}` } });

async function bobWorks() {
  for (let acts = 0; !isEvening; await pause(20)) {
    const rows = model.active(), row = dice.one(rows);
    leaves(model.ended().map(({ conversation }) => conversation));
    if (rows.length > HANDFUL) await endSeveral(rows);
    else if (row && acts < ACTS * opened && acts++ % OPENS_EVERY === 0) HERE.opens(row);
    else if (row && acts < ACTS * opened) {
      await tries(dice.one(Object.values(dice.below(6) ? HERE : ELSEWHERE))(row));
    }
    await acceptsOrClears();
  }
}

async function endSeveral(rows) {
  const ids = rows.slice(0, 1 + dice.below(20)).map((row) => row.conversation);
  const answer = await desk.command({ t: "conversations.end", conversations: ids });
  const goOn = new Set(answer?.refused.map(({ conversation }) => conversation));
  if (answer) leaves(ids.filter((id) => !goOn.has(id)));
}

async function acceptsOrClears() {
  const waiting = dice.one(model.waiting());
  if (!waiting || dice.below(2)) return;
  const t = dice.below(4) ? "conversation.accept" : "conversation.discard";
  if (
    await desk.command(of(waiting, t, t === "conversation.accept" ? { above: true } : {})) &&
    t !== "conversation.accept"
  ) {
    leaves([waiting.conversation]);
  }
}

/** Dave looks at his lists now and then, answers, hands some on, and ends the rest. */
async function daveWorks() {
  while (!isEvening) {
    const { rows } = await colleague.get(config.urls.state), active = rows.filter(({ state }) => state === "active");
    leaves(rows.filter(({ state }) => state === "ended").map(({ conversation }) => conversation));
    for (const row of active.slice(0, 3)) {
      if (dice.below(2)) await tries(colleague.command(post(row, "One moment.")));
      if (!dice.below(3)) {
        await tries(colleague.command(of(row, "conversation.transfer", { to: model.me.id, note: "For you" })));
      }
    }
    const ids = active.map((row) => row.conversation);
    if (ids.length > 5) await tries(colleague.command({ t: "conversations.end", conversations: ids }));
    await pause(LOOKS_EVERY);
  }
}

const working = [bobWorks(), daveWorks()];
await Promise.all(Array.from({ length: DOORS }, customers));
await until(() => lost.length === CUTS.length && !isCut);
isEvening = true;
await Promise.all(working);
await until(() => !desk.outbox.pending().some(({ status }) => status !== "failed"));
if (desk.current) desk.navigation.close();
passes(RESYNC_EVERY);

/** Which of those that ended in the same millisecond is the last one of a full list is chance. */
function lastOnes({ rows }) {
  const ended = rows.filter(({ state }) => state === "ended"), at = Math.min(...ended.map((row) => row.ended_at));
  return ended.length < MOST_ENDED ? [] : [...ended, ...model.ended()].filter((row) => row.ended_at === at);
}

async function wrong() {
  const state = await mine.get(config.urls.state), { stars } = await mine.get(config.urls.stars);
  const now = reloaded(config, { ...state, stars }, (made) => {
    made.page.click("#tab-team");
    return shownBy(made);
  });
  const left = lastOnes(state).map(({ conversation }) => conversation);
  return differences(without(shownBy({ desk, page }), left), without(now, left));
}

page.click("#tab-team");
losses.bring(await mine.digest());
let found;
await until(async () => !(found = await wrong()).length, 10_000);

/** Of the conversations that the page still has in memory. */
let threads = 0;
for (const { conversation } of [...model.active(), ...model.ended()]) {
  const known = desk.transcripts.known(conversation);
  if (!known) continue;
  threads++;
  const stored = await mine.get(config.urls.messages.replace("ID", conversation));
  found.push(...differences(threadOf(known), threadOf(stored)).map((one) => `thread of ${conversation}, ${one}`));
}
clearInterval(drawing);
const rows = model.mine().length;
console.log(JSON.stringify({ opened, lost, refused, rows, threads, differences: found.slice(0, FEW) }));
Deno.exit();

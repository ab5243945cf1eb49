/**
 * Each kind of change happens once while this desk gets no frame of it; then comes the server's next digest, and after it
 * the desk must show what a page shows that is loaded now. One line of JSON for each kind, for the test that runs this:
 *
 *   { kind, lost: how many frames, missed: what was not shown before the digest, left: what is not shown after it }
 *
 * The desk is that of `bob`, who opened a conversation with carol; what happens is done by colleagues and by bob's own
 * other window. Nobody waits for the clock that brings digests: it is asked for one where a kind wants it.
 */
import { createColleague, createVisitor, goToWork, passes, pause, reloaded, until } from "./work.js";
import { differences, knownTo, shownBy, threadOf } from "./shown.js";
import { createModel } from "../../../static/kefu/js/desk/state/model.js";

const RESYNC_EVERY = 6000; // the desk asks for the whole state no oftener
const OTHERS_COME = 150; // frames that are not lost
const HEALED_WITHIN = 5000; // after a digest, which comes every 25 s
const FEW = 5;
const { url, channel, bob, dave } = JSON.parse(Deno.args[0]);
const mine = createColleague({ url, ...bob }), colleague = createColleague({ url, ...dave });
const desk = await goToWork({ url, ...bob });
const { losses, config } = desk;
await until(() => losses.bring && desk.desk.live.state === "online");
await mine.command({ t: "status.set", status: "busy" }); // nothing is assigned unless somebody wants it
await colleague.command({ t: "status.set", status: "busy" });
colleague.stays();

const visitor = () => createVisitor({ url, channel });
const { model } = desk.desk;

/** Waits for bob, and is accepted at once in his other window. */
async function held(text = "Is there tea?") {
  const carol = await visitor();
  await carol.says(text);
  await mine.command({ t: "conversation.accept", conversation: carol.conversation });
  await until(() => model.row(carol.conversation)?.mine);
  return carol;
}

async function queued() {
  const carol = await visitor();
  await carol.says("Is anybody there?");
  await until(() => model.row(carol.conversation)?.state === "queued");
  return carol;
}

const of = ({ conversation }, more) => ({ conversation, ...more });
const customerOf = ({ conversation }) => model.row(conversation).customer.id;
const changeRemark = (carol, name, by = mine) =>
  by.command(of(carol, { t: "customer.change", field: "remark", seen: { remark: "" }, values: { remark: name } }));
const star = (customer, on) => mine.command({ t: "customer.star", customer, on });

const open = await held();
desk.page.click("#tab-team");
desk.page.goTo(`#c-${open.conversation}`);
await until(() => desk.desk.transcripts.known(open.conversation));

/** What a page shows that is loaded now: as plain data, or with all that stands in it. */
async function fresh(look) {
  const state = await mine.get(config.urls.state), { stars } = await mine.get(config.urls.stars);
  const page = await mine.get(config.urls.messages.replace("ID", open.conversation));
  return { ...look({ ...state, stars }), ...threadOf(page) };
}

function asData(state) {
  const fresh = createModel();
  fresh.load(state);
  return knownTo({ model: fresh, stars: new Set(state.stars) });
}

const asPage = (state) =>
  reloaded(config, state, (made) => {
    made.page.click("#tab-team");
    return shownBy(made);
  });

const thread = () => threadOf(desk.desk.transcripts.known(open.conversation));
const wrongData = async () => differences({ ...knownTo(desk.desk), ...thread() }, await fresh(asData));
const wrongPage = async () => differences({ ...shownBy(desk), ...thread() }, await fresh(asPage));

let there; // what a kind prepares for its own act
const KINDS = {
  "a customer's message": {
    frames: ["message.posted"],
    act: () => open.says("And green tea?"),
  },
  "a reply from another window": {
    frames: ["message.posted"],
    act: () => mine.command(of(open, { t: "message.post", kind: "text", text: "We have both." })),
  },
  "a note": {
    frames: ["note.posted"],
    act: () => mine.command(of(open, { t: "message.post", kind: "text", text: "Knows tea.", note: true })),
  },
  "a message taken back": {
    frames: ["message.recalled"],
    prepare: async () => (there = await open.says("Sorry")),
    act: () => open.command(of(open, { t: "message.recall", n: there.n })),
  },
  "a conversation that comes to me": {
    frames: ["conversation.assigned", "queue.left", "agent.load"],
    prepare: async () => (there = await queued()),
    act: () => mine.command(of(there, { t: "conversation.accept" })),
  },
  "a conversation handed to me": {
    frames: ["conversation.transferred", "note.posted", "agent.load"],
    async prepare() {
      there = await queued();
      await colleague.command(of(there, { t: "conversation.accept" }));
    },
    act: () => colleague.command(of(there, { t: "conversation.transfer", to: model.me.id, note: "For you" })),
  },
  "a conversation handed on": {
    frames: ["conversation.transferred", "agent.load"],
    prepare: async () => (there = await held()),
    act: () => mine.command(of(there, { t: "conversation.transfer", to: model.colleagues()[0].id, note: "" })),
  },
  "a conversation that ended": {
    frames: ["conversation.ended", "agent.load"],
    prepare: async () => (there = await held()),
    act: () => there.command(of(there, { t: "conversation.end" })),
  },
  "one more who waits": {
    frames: ["conversation.queued", "message.posted"],
    act: async () => (await visitor()).says("Is anybody there?"),
  },
  "who waited and was accepted by a colleague": {
    frames: ["queue.left"],
    prepare: async () => (there = await queued()),
    act: () => colleague.command(of(there, { t: "conversation.accept" })),
  },
  "who waited and went away": {
    frames: ["queue.left"],
    prepare: async () => (there = await queued()),
    act: () => there.command(of(there, { t: "conversation.end" })),
  },
  "a star": {
    frames: ["customer.starred"],
    act: () => star(customerOf(open), true),
  },
  "a star taken away": {
    frames: ["customer.starred"],
    act: () => star(customerOf(open), false),
  },
  "what another window read": {
    frames: ["unread"],
    async prepare() {
      there = await held();
      await there.says("Hello?");
      await until(() => model.row(there.conversation).unread > 1);
    },
    act: () =>
      mine.command({ t: "conversations.read", read: { [there.conversation]: model.row(there.conversation).n } }),
  },
  "what another window marked as unread": {
    frames: ["unread"],
    act: () => mine.command(of(there, { t: "conversation.mark_unread" })),
  },
  "how far the customer has read": {
    frames: ["receipt"],
    prepare: () => mine.command(of(open, { t: "message.post", kind: "text", text: "Which one?" })),
    act: () => open.command(of(open, { t: "receipt", read: model.row(open.conversation).n })),
  },
  "a customer's name": {
    frames: ["customer.changed"],
    act: () => changeRemark(open, "Carol of the tea"),
  },
  "the name of a customer whose conversation ended today": {
    frames: ["customer.changed"],
    async prepare() {
      there = await held();
      await there.command(of(there, { t: "conversation.end" }));
      await until(() => model.row(there.conversation).state === "ended");
    },
    act: () => changeRemark(there, "Ann of the tea"),
  },
  "a customer's tag": {
    frames: ["customer.changed"],
    act: () => mine.command(of(open, { t: "customer.tag", name: "Green" })),
    isRead: true, // the panel, which the server draws
  },
  "a colleague's status": {
    frames: ["agent.status"],
    act: () => colleague.command({ t: "status.set", status: "away", reason: "Tea" }),
  },
  "how much a colleague holds": {
    frames: ["agent.load", "queue.left"],
    prepare: async () => (there = await queued()),
    act: () => colleague.command(of(there, { t: "conversation.accept" })),
  },
  "my own status in another window": {
    frames: ["agent.status"],
    act: () => mine.command({ t: "status.set", status: "away", reason: "Tea" }),
  },
};

for (const [kind, { frames, prepare, act, isRead = false }] of Object.entries(KINDS)) {
  passes(RESYNC_EVERY);
  if (prepare) await prepare();
  if (!(await until(async () => !(await wrongData()).length))) throw new Error(`before ${kind}: ${await wrongData()}`);
  losses.lost.length = 0;
  losses.of = ({ t }) => frames.includes(t) || t === "digest"; // one that comes by itself now would hide the loss
  const read = desk.asked.length, isPanelOld = () => isRead && desk.asked.length === read;
  await act();
  const lost = () => losses.lost.filter(({ t }) => t !== "digest").length;
  await until(lost);
  await pause(OTHERS_COME);
  const missed = [...await wrongData(), ...(isPanelOld() ? ["the panel"] : [])];
  losses.of = () => false;
  losses.bring(await mine.digest());
  // What the desk shows by now it tells as read, which comes back a moment later.
  let left = [];
  await until(async () => {
    left = [...await wrongPage(), ...(isPanelOld() ? ["the panel"] : [])];
    return !left.length;
  }, HEALED_WITHIN);
  console.log(
    JSON.stringify({ kind, lost: lost(), missed: missed.slice(0, FEW), left: left.slice(0, FEW) }),
  );
  if (left.length) await desk.desk.resync();
}
Deno.exit();

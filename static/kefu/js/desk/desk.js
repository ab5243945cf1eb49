/**
 * The desk's kernel: owns the model and connects features by events, commands, keys and regions. May know no feature,
 * no element of the page and no network.
 *
 *   const desk = createDesk({ agentId, config, maxBytes, server, t, formats, clock, connection, announcer, toast });
 *   for (const install of FEATURES) install(desk);      features.js
 *   desk.begin(state)             the answer of the state address
 *
 * What a feature can ask for:
 *   desk.on(name, act)            a frame of docs/protocol.md by its `t`: act(frame, row). And the desk's own moments:
 *                                 began() · loaded(state) the whole state is new · online() · offline()
 *                                 message(message) · line(line)             came, whichever frame or answer brought it
 *                                 asked(row, message) the customer of a conversation of mine wrote
 *                                 got(row, { isNew, isHanded, isAsked }) · lost(row) · waits(row)      see state/moves.js
 *                                 listed(name) a tab of the lists was opened · drawn() the list of mine · filtered() ·
 *                                 not_ended(refused) of several · overdue() one more waits too long · starred(customer) or not any more
 *                                 noting(on) a private note is written, or a reply again ·
 *                                 gone(id) no longer this agent's · opened(id | null, before) · marked(id) see repaint
 *                                 unsent(item) of the outbox · signing_out() · signed_out()
 *   desk.tell(name, ...facts)     to those who asked for it
 *   desk.changes(listener)        listener(change) after the model changed (state/model.js says how)
 *   desk.second(act)              act() once a second
 *   desk.key(name, act)           what a key does (frame/shortcuts.js); act() may answer false: not now
 *   desk.act(name)                does it
 *   desk.panel(node, focus, isThere)   a region of the page that F6 leads to, in the order of their installation
 *
 * What a feature can do:
 *   desk.command(frame, onRefusal)     → Promise<answer | null>; a refusal becomes a sentence on the screen
 *   desk.ask(frame)               → Promise<answer>; rejects with the refusal
 *   desk.open(id | null), desk.current      which conversation is open; navigation.js goes to one
 *   desk.repaint(id)              its draft, its typist or its ending changed, not the row
 *   desk.refresh(change)          the model was changed by hand
 *   desk.canWrite(id)             whether I hold it and it goes on
 *   desk.expected                 Set of ids, of conversations or their customers, that this desk asked for: their
 *                                 coming is no news
 *
 *   desk.later(url)               a part of it that comes when it is first used (frame/later.js)
 *
 * What a feature offers to others hangs on the desk under the feature's name: desk.drafts, desk.endings, desk.reply …
 */
import { createModel } from "./state/model.js";
import { isHeld, moveOf } from "./state/moves.js";

export function createDesk(page) {
  const { t, toast } = page, model = createModel();
  const heard = new Map(), listeners = [], seconds = [], keys = new Map(), panels = [], expected = new Set();
  let current = null;

  function on(name, act) {
    heard.set(name, [...heard.get(name) ?? [], act]);
  }

  function tell(name, ...facts) {
    for (const act of heard.get(name) ?? []) act(...facts);
  }

  function refresh(change) {
    for (const listener of listeners) listener(change);
  }

  const isQuestion = ({ message }, row) => message?.from === "customer" && Boolean(row?.mine);

  /** A frame, live or after a loss: in order, and none twice. */
  function take(frame) {
    const before = model.row(frame.conversation), change = model.apply(frame), row = model.row(frame.conversation);
    if (frame.message) tell("message", frame.message);
    if (frame.line) tell("line", frame.line);
    tell(frame.t, frame, row);
    if (frame.t === "message.posted" && isQuestion(frame, row)) tell("asked", row, frame.message);
    if (frame.row && row) tellMove(moveOf(before, row), row);
    refresh(change);
    return change;
  }

  const isExpected = (row) => expected.delete(row.conversation) || expected.delete(row.customer.id);

  function tellMove({ isNew, isHanded, isLost, isWaiting }, row) {
    if (isNew || isHanded) tell("got", row, { isNew, isHanded, isAsked: isExpected(row) });
    if (isLost) tell("lost", row);
    if (isWaiting) tell("waits", row);
  }

  function learn({ me, row, message }) {
    if (me) refresh(model.apply({ t: "agent.status", agent: me }));
    if (row) refresh(model.put(row));
    if (message) tell("message", message);
  }

  async function ask(frame) {
    const answer = await desk.live.command(frame);
    learn(answer);
    return answer;
  }

  function refused({ text }) {
    toast(text || t("not_done"), { bad: true });
    return null;
  }

  function load(state) {
    model.load(state);
    tell("loaded", state);
    refresh(model.everything());
  }

  const desk = {
    ...page,
    model,
    expected,
    on,
    tell,
    changes: (listener) => listeners.push(listener),
    second: (act) => seconds.push(act),
    tick: () => seconds.forEach((act) => act()),
    key: (name, act) => keys.set(name, act),
    act: (name) => keys.get(name)?.() ?? true,
    panel: (node, focus, isThere = () => true) => panels.push({ node, focus, isThere }),
    panels: () => panels.filter(({ node, isThere }) => isThere() && !node.hidden),
    take,
    load,
    ask,
    command: (frame, onRefusal = refused) => ask(frame).catch(onRefusal),
    refused,
    refresh,
    repaint: (id) => tell("marked", id),
    canWrite: (id) => isHeld(model.row(id)),
    open(id) {
      const before = current;
      current = id;
      tell("opened", id, before);
    },
    get current() {
      return current;
    },
    begin(state) {
      load(state);
      tell("began");
    },
  };
  return desk;
}

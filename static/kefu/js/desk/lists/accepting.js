/**
 * Accepts waiting conversations, one or many. Each is asked for once, however often somebody clicks.
 *
 *   install(desk, { asks })       before the queue; asks(text) → Promise<boolean>
 *   desk.accepting.accept(id)     and opens it
 *   desk.accepting.acceptAll(ids) in their order, until the limit is reached and nobody wants more; then says what was
 *                                 not accepted, and why
 *   desk.accepting.within(frame)  → Promise<answer>: a command that fills the desk, which asks at the limit
 *   desk.accepting.has(id)        is asked for
 *   accepting(id)                 a moment of the desk: it is asked for, or is not any more
 */
import { $ } from "../../base/page.js";
import { createQuestion } from "../asking.js";
import { createReport } from "../report.js";

export function install(desk, { asks = createQuestion($("#above-dialog"), $("#above-text")) } = {}) {
  const { expected, model, t, toast } = desk, asked = new Set();
  const report = createReport($("#report-dialog"));

  /** A double click on the button is one command, not two. */
  async function once(id, act) {
    if (asked.has(id)) return false;
    asked.add(id);
    desk.tell("accepting", id);
    try {
      return await act();
    } finally {
      asked.delete(id);
      desk.tell("accepting", id);
    }
  }

  /** Throws the refusal. Who said once that he wants more than his limit is not asked again (`above`). */
  async function within(frame, above = false) {
    try {
      return { ...await desk.ask(above ? { ...frame, above } : frame), above };
    } catch (refusal) {
      if (refusal.code !== "above_cap" || above || !(await asks(refusal.text))) throw refusal;
      return { ...await desk.ask({ ...frame, above: true }), above: true };
    }
  }

  async function take(conversation, above) {
    expected.add(conversation);
    try {
      const answer = await within({ t: "conversation.accept", conversation }, above);
      desk.transcripts.forget(conversation);
      if (conversation === desk.current) desk.open(conversation); // what was read while it waited, its holder has read
      return answer.above;
    } finally {
      expected.delete(conversation); // also where the answer overtook the frame, which is no news then
    }
  }

  async function one(id) {
    try {
      await take(id);
      return true;
    } catch (refusal) {
      if (refusal.code !== "above_cap") desk.refused(refusal);
      await desk.resync();
      return false;
    }
  }

  async function accept(id) {
    if (!(await once(id, () => one(id)))) return;
    desk.lists.select("mine");
    desk.navigation.go(id, { focus: true });
  }

  async function acceptAll(ids) {
    const left = [], names = ids.map((id) => model.row(id)?.customer.name ?? ""); // whom others take meanwhile, too
    let above = false, full = "", done = 0;
    for (const [at, id] of ids.entries()) {
      const name = names[at];
      if (full) left.push({ name, text: full });
      else {
        await once(id, async () => {
          try {
            above = await take(id, above);
            done += 1;
          } catch (refusal) {
            if (refusal.code === "above_cap") full = t("at_the_limit");
            left.push({ name, text: full || refusal.text || t("not_done") });
          }
        });
      }
    }
    if (done) toast(t("accepted_many", { n: done }));
    if (!left.length) return;
    report(t("not_accepted_many", { n: left.length }), left);
    await desk.resync();
  }

  desk.accepting = { accept, acceptAll, within, has: (id) => asked.has(id) };
}

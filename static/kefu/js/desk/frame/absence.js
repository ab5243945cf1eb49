/**
 * Counts the agent's conversations that were requeued or handed on while no page of theirs was connected. Keeps the ids
 * held in the browser's storage, so that a page opened after the break knows it, too.
 *
 *   const absence = createAbsence({ key, onLost(n) });
 *   absence.adopt(rows)           the whole state is known again: the rows that are or were mine
 *   absence.moved(id, isMine)     told while it happened; what is missed is told late, and counts with adopt()
 *   absence.begins()              the connection was lost
 *   absence.forget()              signed out: what happens to them was decided there
 *   install(desk)                 shows the number as a toast, for 20 s
 */
import { local, readJson, writeJson } from "../../base/page.js";

export function createAbsence({ key, onLost, area = local }) {
  let isAway = true;

  const held = () => readJson(area, key, []);
  const keep = (ids) => writeJson(area, key, ids.length ? ids : null);

  return {
    adopt(rows) {
      const known = new Set(rows.map((row) => row.conversation));
      const lost = held().filter((id) => !known.has(id)).length;
      keep(rows.filter((row) => row.state === "active").map((row) => row.conversation));
      if (isAway && lost) onLost(lost);
      isAway = false;
    },
    moved(id, isMine) {
      if (isAway) return;
      const others = held().filter((one) => one !== id);
      keep(isMine ? [...others, id] : others);
    },
    begins: () => (isAway = true),
    forget: () => keep([]),
  };
}

const SAID_FOR = 20_000;

export function install(desk) {
  const { model, t, toast } = desk;
  const onLost = (n) => toast(t("went_elsewhere", { n }), { lasts: SAID_FOR });
  const absence = createAbsence({ key: `kefu.held.${desk.agentId}`, onLost });
  const adopt = () => absence.adopt(model.mine());
  let wasReady = false;

  desk.on("loaded", adopt);
  desk.on("ready", () => {
    if (!wasReady) adopt(); // after a break the lists are asked for first
    wasReady = true;
  });
  desk.on("offline", absence.begins);
  desk.on("got", ({ conversation }, { isNew }) => isNew && absence.moved(conversation, true));
  desk.on("lost", ({ conversation }) => absence.moved(conversation, false));
  desk.on("signing_out", absence.forget);
}

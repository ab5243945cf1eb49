/**
 * Conversations that a colleague handed to me and that I have not opened: by whom, and with which note. Kept in this
 * browser, so that a reload does not lose them; opening one in any window is enough.
 *
 *   const handovers = createHandovers({ key, onChange(id) });
 *   handovers.add(id, { by, note }), handovers.of(id), handovers.opened(id), handovers.keep(ids)
 *   noteOf(line, row)             the note that came with a transfer, "" if there was none (pure)
 */
import { local, readJson, writeJson } from "../page.js";

const SAME_MOMENT = 5000;

/** The note is written just before the transfer, so it is then the last message. */
export function noteOf(line, { last }) {
  return last?.note && Math.abs(line.at - last.at) < SAME_MOMENT ? last.text : "";
}

export function createHandovers({ key, onChange, area = local }) {
  let known = readJson(area, key, {});

  function save() {
    writeJson(area, key, Object.keys(known).length ? known : null);
  }

  function forget(id) {
    if (!known[id]) return;
    delete known[id];
    save();
    onChange(id);
  }

  globalThis.addEventListener("storage", (event) => {
    if (event.key !== key) return;
    const before = known;
    known = readJson(area, key, {});
    for (const id of Object.keys({ ...before, ...known })) onChange(id);
  });

  return {
    add(id, what) {
      known[id] = what;
      save();
      onChange(id);
    },
    of: (id) => known[id] ?? null,
    opened: forget,
    keep(ids) {
      for (const id of Object.keys(known)) if (!ids.includes(id)) forget(id);
    },
  };
}

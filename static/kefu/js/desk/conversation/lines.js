/**
 * What happened between the messages, in words: the server says which sentence, here it is filled.
 *
 *   lineText(line, t)             "" for what needs no words
 *   endText({ cause, name }, t)
 *   readOnlyText(row, { t, formats, now })   why nothing can be written there, "" where something can
 */
const CAUSES = new Set(["agent", "visitor", "idle", "expired"]);

export function lineText({ say }, t) {
  return say ? t(`line_${say.key}`, say.names) : "";
}

const said = (how, names = {}) => ({ key: `ended_${how}`, names });

/** A row says why it ended and whose it was, not who ended it. */
export function endText({ cause, name }, t) {
  const known = CAUSES.has(cause) ? cause : "plain";
  return cause === "agent" && name
    ? lineText({ say: said("by_name", { name }) }, t)
    : lineText({ say: said(known) }, t);
}

/** What became of it later is not told to this desk, so the sentence says what will stay true. */
function takenOver(row, { t, formats, now }) {
  return t("read_only_other", { name: row.agent?.name ?? "", time: formats.clock(row.assigned_at ?? now) });
}

export function readOnlyText(row, words) {
  const { t, formats } = words;
  if (!row) return t("read_only_gone");
  if (row.state === "ended") {
    const cause = endText({ cause: row.end_reason, name: row.agent?.name }, t);
    return row.ended_at ? `${cause} · ${formats.dateTime(row.ended_at)}` : cause;
  }
  if (row.state === "queued") return t("read_only_queued");
  return row.mine ? "" : takenOver(row, words);
}

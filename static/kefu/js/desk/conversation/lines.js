/**
 * What happened between the messages, in words: the server says which sentence, here it is filled.
 *
 *   lineText(line, t)             "" for what needs no words
 *   readOnlyText(row, { t, formats, now })   why nothing can be written there, "" where something can
 */
export function lineText({ say }, t) {
  return say ? t(`line_${say.key}`, say.names) : "";
}

/** What became of it later is not told to this desk, so the sentence says what will stay true. */
function takenOver(row, { t, formats, now }) {
  return t("read_only_other", { name: row.agent?.name ?? "", time: formats.clock(row.assigned_at ?? now) });
}

export function readOnlyText(row, words) {
  const { t, formats } = words;
  if (!row) return t("read_only_gone");
  if (row.state === "ended") {
    const cause = lineText({ say: row.end }, t);
    return row.ended_at ? `${cause} · ${formats.dateTime(row.ended_at)}` : cause;
  }
  if (row.state === "queued") return t("read_only_queued");
  return row.mine ? "" : takenOver(row, words);
}

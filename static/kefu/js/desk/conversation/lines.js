/**
 * Words of the lines between messages: the server names the sentence, its values are filled in here. Pure.
 *
 *   lineText(line, t)             "" for what needs no words; a sentence of its own for what a newer server says
 *   readOnlyText(row, { t, formats, when, now })   why nothing can be written there, "" where something can
 */
const sentence = (say, t) => say ? t.known(`line_${say.key}`, say.names) : "";

export const lineText = ({ say }, t) => sentence(say, t) ?? t("line_unknown");

/** What became of it later is not told to this desk, so the sentence says what will stay true. */
function takenOver(row, { t, formats, now }) {
  return t("read_only_other", { name: row.agent?.name ?? "", time: formats.clock(row.assigned_at ?? now) });
}

export function readOnlyText(row, words) {
  const { t, when } = words;
  if (!row) return t("read_only_gone");
  if (row.state === "ended") {
    const cause = sentence(row.end, t) || t("line_ended_plain");
    return row.ended_at ? `${cause} · ${when(row.ended_at)}` : cause;
  }
  if (row.state === "queued") return t("read_only_queued");
  if (row.state !== "active") return t("connection_outdated"); // a state of a newer server
  return row.mine ? "" : takenOver(row, words);
}

/**
 * What happened between the messages, in words: the server says which sentence, here it is filled.
 *
 *   lineText(line, t)             "" for what needs no words
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

/**
 * What happened between the messages, in words.
 *
 *   lineText(line, t)             "" for what needs no words
 *   actorOf(line)                 the name of the person who acted, "" where no person did
 */
const CAUSES = new Set(["agent", "visitor", "idle", "expired"]);
/** Where no person acted, `by` holds the kind of the actor. */
const KINDS = new Set(["system", "visitor", "customer", "agent"]);

export const actorOf = (line) => line && !KINDS.has(line.by) ? line.by : "";

export function lineText(line, t) {
  const { agent, cause } = line, by = actorOf(line);
  switch (line.t) {
    case "conversation.opened":
      return t("line_opened");
    case "conversation.queued":
      if (cause === "opened") return "";
      return by ? t("line_requeued_by", { name: by }) : t("line_requeued");
    case "conversation.assigned":
      return by && by === agent ? t("line_accepted", { name: agent }) : t("line_assigned", { name: agent });
    case "conversation.transferred":
      return by ? t("line_transferred", { from: by, to: agent }) : t("line_assigned", { name: agent });
    case "conversation.ended":
      return endText({ cause, name: by }, t);
    default:
      return "";
  }
}

export function endText({ cause, name }, t) {
  if (cause === "agent" && name) return t("ended_by_name", { name });
  return CAUSES.has(cause) ? t(`ended_${cause}`) : t("ended_plain");
}

/**
 * Marks a conversation as unread again, until it is opened.
 *
 *   install(desk)                 after the receipts and the navigation
 *   desk.markUnread(id)
 */
export function install(desk) {
  const { announcer, model, navigation, receipts, t } = desk;

  async function markUnread(conversation) {
    if (conversation === desk.current) navigation.close(); // what is looked at would be read again
    receipts.forget(conversation);
    if (!(await desk.command({ t: "conversation.mark_unread", conversation }))) return;
    announcer.say(t("is_unread"));
  }

  /** In another window, too, it is read with its next opening. */
  desk.on("unread", ({ conversation, unread }) => unread && receipts.forget(conversation));
  desk.key(
    "unread",
    () => model.row(desk.current)?.mine && desk.canWrite(desk.current) ? void markUnread(desk.current) : false,
  );
  desk.markUnread = markUnread;
}

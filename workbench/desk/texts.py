"""Texts that the workbench shows from JavaScript. What stands in the page itself is in the templates."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.messages.contents import content_texts
from conversations.timeline.texts import THREAD_TEXTS
from conversations.timeline.wording import SENTENCES

# Counts stand after a colon, so that no language needs plural forms here.
DESK_TEXTS: dict[str, Promise] = {
    **THREAD_TEXTS,
    "note": _("Private note"),
    # Lists
    "me_prefix": _("Me:"),
    "colleague_prefix": _("%(name)s:"),
    "note_prefix": _("Note:"),
    "has_note": _("with a private note"),
    "draft_prefix": _("[Draft]"),
    "typing_short": _("Typing…"),
    "ending": _("Ending…"),
    "none_active": _("No conversations at the moment"),
    "none_in_filter": _("None matches the filter"),
    "waits": _("waits %(time)s"),
    "went_elsewhere": _("While you were away, conversations went back to the queue or to colleagues: %(n)s"),
    "handed_chip": _("From %(by)s"),
    "star_named": _("Star %(name)s"),
    "starred": _("starred"),
    "unstarred": _("The star is gone"),
    "open_with_me": _("with me"),
    "open_with": _("with %(name)s"),
    "open_waiting": _("in the queue"),
    "hand_over_to": _("Transfer the open conversation to %(name)s"),
    "unread_spoken": _("unread: %(n)s"),
    "waiting_spoken": _("waiting for %(time)s"),
    "accept_named": _("Accept: %(who)s"),
    "about_to_time_out": _("Conversations that wait too long: %(n)s"),
    "nobody_waits": _("Nobody waits for a reply"),
    "queue_empty": _("Nobody is waiting in the queue"),
    # The open conversation
    "messages": _("Messages"),
    "conversation_with": _("Conversation with %(name)s"),
    # The customer's time line
    "last_conversation": _("Last conversation"),
    "earlier_conversation": _("Earlier conversation"),
    "with_agent": _("Agent %(name)s"),
    "read_earlier": _("Read it"),
    "to_its_beginning": _("To its beginning"),
    "back_to_newest": _("Back to the newest messages"),
    "back_to_news": _("Back to the newest messages, of which are new: %(n)s"),
    "jump_failed": _("The place could not be shown. Please try again."),
    "typing_named": _("%(name)s is typing…"),
    "reply_to": _("Reply to %(name)s"),
    "note_to": _("Note about %(name)s, for colleagues only"),
    "send": _("Send"),
    "save_note": _("Save note"),
    "key_hint_enter": _("Enter sends, Shift + Enter makes a new line"),
    "key_hint_mod": _("Ctrl + Enter sends, Enter makes a new line"),
    "file_too_large": _("%(name)s is too large. At most %(size)s."),
    "file_too_many": _("At most 9 files at once."),
    "file_empty": _("%(name)s is empty."),
    "file_wrong_kind": _("%(name)s cannot be sent. Allowed are JPG, PNG, GIF, WebP, PDF and Office files."),
    "send_failed_spoken": _("A message was not sent. %(why)s"),
    "ends_in": _("The conversation ends in %(n)s s"),
    "ending_stopped": _("%(name)s wrote again, so the conversation goes on"),
    "read_only_gone": _("This conversation is not with you any more"),
    "read_only_other": _("%(name)s took this conversation over at %(time)s"),
    "read_only_queued": _("This conversation is back in the queue"),
    **{f"line_{key}": text for key, text in SENTENCES.items()},
    # What a newer server says, in a page that was opened before.
    "line_unknown": _("Something happened here that this page cannot tell yet. Reload it to read it."),
    "status_unknown": _("Another status"),
    # Status, load, transfer
    "status_online": _("Online"),
    "status_busy": _("Busy"),
    "status_away": _("Away"),
    "status_away_reason": _("Away: %(reason)s"),
    "status_offline": _("Offline"),
    "load_full": _("At the limit, no new conversations"),
    "load_over": _("Above the limit, no new conversations"),
    "leave_offline": _("Go offline with open conversations?"),
    "leave_offline_keep": _("They stay with you, you get no new ones."),
    "leave_sign_out": _("Sign out with open conversations?"),
    "leave_sign_out_keep": _("Whoever waits for an answer goes back to the queue all the same."),
    "leave_open": _("Open conversations: %(n)s. What should happen to them?"),
    "transfer_above": _("%(name)s already has %(load)s/%(cap)s conversations. With this one it is above the limit."),
    "transferred": _("The conversation was transferred"),
    "transfer_failed": _("The conversation could not be transferred. Please try again."),
    "not_done": _("That did not work. Please try again."),
    # The customer
    "noted_by_other": _("%(by)s changed this meanwhile to “%(theirs)s”. Yours: “%(mine)s”."),
    "somebody": _("Somebody"),
    "not_noted": _("Not saved: “%(value)s”. %(why)s"),
    # Alerts, connection
    "title_news": _("%(what)s · %(title)s"),
    "message_from": _("New message from %(name)s"),
    "new_conversation": _("New conversation: %(name)s"),
    "handed_over": _("%(by)s handed over the conversation with %(name)s"),
    "handed_note": _("%(what)s: %(note)s"),
    "open": _("Open"),
    "notifications_refused": _("The browser does not allow notifications here. Its settings can change that."),
    "connection_connecting": _("The connection is interrupted. What you send goes out as soon as it is back."),
    "connection_offline": _("No network. What you send goes out as soon as it is back."),
    "connection_outdated": _("This page is older than the server. Reload it to go on; drafts are kept."),
    "connection_lost_spoken": _("The connection is lost"),
    "connection_back_spoken": _("The connection is back"),
}


def desk_texts() -> dict[str, str]:
    """The value of `config.texts` of the desk, in the active language."""
    return {key: str(text) for key, text in (DESK_TEXTS | content_texts()).items()}

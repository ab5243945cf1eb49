"""Visitors' commands about conversations."""

from conversations.lifecycle.commands import OneConversation, OneRow
from conversations.lifecycle.ending import End, end_soon
from conversations.states import EndReason
from conversations.timeline.wire import visitor_row
from core.live.commands import FetchEvents, Missed, command, first_that_fit
from core.tenancy.threads import in_thread
from widget.visitor import VisitorClient


@command("conversation.end", VisitorClient)
async def end(client: VisitorClient, payload: OneConversation) -> OneRow:
    """End a conversation."""
    row = await end_soon(End(client.actor, payload.conversation, EndReason.VISITOR))
    return {"row": visitor_row(row)}


@command("events.fetch", VisitorClient)
async def fetch(client: VisitorClient, payload: FetchEvents) -> Missed:
    """Ask what came after my cursors; `gone`: conversations no longer mine."""
    frames = await in_thread(client.missed, dict(payload.after))
    return {"frames": first_that_fit(frames), "gone": []}

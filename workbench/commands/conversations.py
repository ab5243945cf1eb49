"""Agents' commands about conversations."""

from pydantic import Field

from conversations.lifecycle import assigning, beginning, transferring
from conversations.lifecycle.commands import OneConversation, OneRow
from conversations.lifecycle.ending import End, end_soon
from conversations.posting.drafts import LONGEST_TEXT
from conversations.states import EndReason
from conversations.timeline.wire import agent_row
from core.live.commands import AnsweredCommand, FetchEvents, Missed, PublicId, command, first_that_fit
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class Accept(AnsweredCommand):
    """Payload of `conversation.accept` and `conversation.begin`; `above` confirms exceeding the cap."""

    conversation: PublicId
    above: bool = Field(False, description="also above my cap, asked after `above_cap`")


@command("conversation.accept", AgentClient)
async def accept(client: AgentClient, payload: Accept) -> OneRow:
    """Take a waiting conversation by hand."""
    row = await in_thread(assigning.accept, actor=client.agent, conversation=payload.conversation, above=payload.above)
    return {"row": agent_row(row, me=client.agent_id)}


@command("conversation.begin", AgentClient)
async def begin(client: AgentClient, payload: Accept) -> OneRow:
    """Write first: open a new conversation with the customer of an earlier one."""
    row = await in_thread(beginning.begin, actor=client.agent, conversation=payload.conversation, above=payload.above)
    return {"row": agent_row(row, me=client.agent_id)}


class Transfer(AnsweredCommand):
    """Payload of `conversation.transfer`."""

    conversation: PublicId
    to: PublicId = Field(description="a colleague")
    note: str = Field("", max_length=LONGEST_TEXT)


@command("conversation.transfer", AgentClient)
async def transfer(client: AgentClient, payload: Transfer) -> OneRow:
    """Hand a conversation to a colleague, with a private note."""
    row = await in_thread(
        transferring.transfer, actor=client.agent, conversation=payload.conversation, to=payload.to, note=payload.note
    )
    return {"row": agent_row(row, me=client.agent_id)}


@command("conversation.end", AgentClient)
async def end(client: AgentClient, payload: OneConversation) -> OneRow:
    """End a conversation."""
    row = await end_soon(End(client.agent, payload.conversation, EndReason.AGENT))
    return {"row": agent_row(row, me=client.agent_id)}


@command("conversation.discard", AgentClient)
async def discard(client: AgentClient, payload: OneConversation) -> OneRow:
    """Remove a waiting conversation as a nuisance."""
    row = await end_soon(End(client.agent, payload.conversation, EndReason.SPAM))
    return {"row": agent_row(row, me=client.agent_id)}


@command("events.fetch", AgentClient)
async def fetch(client: AgentClient, payload: FetchEvents) -> Missed:
    """Ask what came after my cursors; `gone`: conversations no longer mine."""
    frames, gone = await in_thread(client.missed, dict(payload.after))
    return {"frames": first_that_fit(frames), "gone": gone}

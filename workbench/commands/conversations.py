"""Agents' commands about conversations."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TypedDict, TypeGuard

from django.utils import translation
from pydantic import Field

from conversations.lifecycle import assigning, beginning, transferring
from conversations.lifecycle.commands import OneConversation, OneRow
from conversations.lifecycle.ending import End, end_soon
from conversations.messages import unread
from conversations.messages.commands import Number
from conversations.posting.drafts import LONGEST_TEXT, Ended
from conversations.states import EndReason
from conversations.timeline.wire import agent_row
from core.errors import Refusal
from core.live.commands import AnsweredCommand, Done, FetchEvents, Frame, Missed, PublicId, command, first_that_fit
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient

MAX_AT_ONCE = 500  # conversations in one command: as many as a desk shows


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
    to: PublicId = Field(description="a colleague, or a group: the least busy of it who is online")
    note: str = Field("", max_length=LONGEST_TEXT)


@command("conversation.transfer", AgentClient)
async def transfer(client: AgentClient, payload: Transfer) -> OneRow:
    """Hand a conversation to a colleague or a group, with a private note."""
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


class Several(AnsweredCommand):
    """Payload of `conversations.end` and `conversations.discard`."""

    conversations: list[PublicId] = Field(min_length=1, max_length=MAX_AT_ONCE, description=f"{MAX_AT_ONCE} at most")


class NotDone(TypedDict):
    """Those that stay as they are, each with the `code` of the refusal and a sentence in the client's language."""

    refused: list[Frame]


@command("conversations.end", AgentClient)
async def end_several(client: AgentClient, payload: Several) -> NotDone:
    """End conversations; `refused`: `{"conversation", "code", "text"}` of those that go on."""
    return await _ended(client, payload, EndReason.AGENT)


@command("conversations.discard", AgentClient)
async def discard_several(client: AgentClient, payload: Several) -> NotDone:
    """Remove waiting conversations as nuisances; `refused` as of `conversations.end`."""
    return await _ended(client, payload, EndReason.SPAM)


async def _ended(client: AgentClient, payload: Several, reason: EndReason) -> NotDone:
    """What is over is no failure: somebody else was faster, or this is a repetition after a lost answer."""
    names = list(dict.fromkeys(payload.conversations))
    ends = [End(client.agent, name, reason) for name in names]
    results = await asyncio.gather(*map(end_soon, ends), return_exceptions=True)
    return _refused(client, names, [None if isinstance(each, Ended) else each for each in results])


class TransferSeveral(Several):
    """Payload of `conversations.transfer`."""

    to: PublicId = Field(description="as of `conversation.transfer`")
    note: str = Field("", max_length=LONGEST_TEXT, description="left in each")


@command("conversations.transfer", AgentClient)
async def transfer_several(client: AgentClient, payload: TransferSeveral) -> NotDone:
    """Hand conversations to a colleague or a group; `refused` as of `conversations.end`."""
    names = list(dict.fromkeys(payload.conversations))
    act = partial(transferring.transfer_all, actor=client.agent, to=payload.to, note=payload.note)
    return _refused(client, names, await in_thread(act, conversations=names))


def _refused(client: AgentClient, names: Sequence[str], results: Sequence[object]) -> NotDone:
    """Of what is no refusal, the first error is raised."""
    with translation.override(client.language):
        return {
            "refused": [
                {"conversation": name, "code": why.code, "text": str(why)}
                for name, why in zip(names, results, strict=True)
                if _is_refusal(why)
            ]
        }


def _is_refusal(result: object) -> TypeGuard[Refusal]:
    if isinstance(result, BaseException) and not isinstance(result, Refusal):
        raise result
    return isinstance(result, Refusal)


class ReadSeveral(AnsweredCommand):
    """Payload of `conversations.read`."""

    read: dict[PublicId, Number] = Field(
        max_length=MAX_AT_ONCE,
        description=f"conversation → the number of the last message that I saw; {MAX_AT_ONCE} at most",
    )


@command("conversations.read", AgentClient)
async def read_several(client: AgentClient, payload: ReadSeveral) -> Done:
    """Say that I have read my conversations as far as named; what is not mine any more is passed over."""
    await in_thread(unread.read_all, actor=client.agent, read=payload.read)
    return {}


@command("conversation.mark_unread", AgentClient)
async def mark_unread(client: AgentClient, payload: OneConversation) -> Done:
    """Have my conversation stand as unread again until I open it; the customer's marks stay."""
    await in_thread(unread.mark, actor=client.agent, conversation=payload.conversation)
    return {}

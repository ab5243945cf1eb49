"""Agents' commands about messages and receipts."""

from pydantic import Field

from accounts.permissions import Permission
from conversations.messages import mentioning, recalling
from conversations.messages.commands import MoveReceipt, NotifyTyping, OneMessage, PostMessage, RecallMessage
from conversations.messages.mentioning import AT_MOST, NotMentionable
from conversations.messages.mentions import MAX_READERS
from conversations.messages.typing_notice import publish_typing
from conversations.posting.batcher import poster
from conversations.posting.drafts import Draft, Outcome
from conversations.posting.frames import Acknowledgement, acknowledgement
from conversations.posting.receipts import Receipt
from conversations.timeline.wire import message_object
from core.live.commands import AnsweredCommand, Done, PublicId, command
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class PostAsAgent(PostMessage):
    """Payload of `message.post`; a private note is visible to agents only."""

    sender = "agent"
    conversation: PublicId
    note: bool = Field(False, description="for colleagues only")
    mentions: list[PublicId] = Field(
        default_factory=list,
        max_length=MAX_READERS,
        description=f"of a note: colleagues whom it names, {AT_MOST} at most",
    )


@command("message.post", AgentClient)
async def post(client: AgentClient, payload: PostAsAgent) -> Acknowledgement:
    """Say something, or leave a note."""
    draft = Draft(
        payload.conversation,
        payload.id,
        "agent",
        client.agent_id,
        client.agent.name,
        *payload.parts(),
        note=payload.note,
        overseer=client.agent.may(Permission.SEE_ALL),
    )
    if payload.mentions:
        return acknowledgement(await in_thread(_post_mentioning, client, draft, payload.mentions), "agent")
    outcome = await poster(client.tenant_id).post(draft)
    if outcome.refusal is not None:
        raise outcome.refusal
    return acknowledgement(outcome, "agent")


def _post_mentioning(client: AgentClient, draft: Draft, mentions: list[str]) -> Outcome:
    if not draft.note:
        raise NotMentionable
    return mentioning.post_mentioning(actor=client.agent, draft=draft, mentions=mentions)


class SeeMentions(AnsweredCommand):
    """Payload of `mentions.see`."""

    conversation: PublicId


@command("mentions.see", AgentClient)
async def see_mentions(client: AgentClient, payload: SeeMentions) -> Done:
    """Say that I have seen the notes of a conversation that name me."""
    await in_thread(mentioning.see, actor=client.agent, conversation=payload.conversation)
    return {}


@command("message.recall", AgentClient)
async def recall(client: AgentClient, payload: RecallMessage) -> OneMessage:
    """Take one's own message back, within 2 minutes."""
    row = await in_thread(recalling.recall, actor=client.agent, conversation=payload.conversation, n=payload.n)
    return {"message": message_object(row, "agent")}


@command("receipt", AgentClient)
async def move_receipt(client: AgentClient, payload: MoveReceipt) -> None:
    """Say how far I have received and read."""
    poster(client.tenant_id).move(
        Receipt(payload.conversation, "agent", client.agent_id, payload.delivered, payload.read)
    )


@command("typing", AgentClient)
async def notify_typing(client: AgentClient, payload: NotifyTyping) -> None:
    """Say that I type, or stopped; more than one every 2 s is passed over."""
    await publish_typing(
        tenant_id=client.tenant_id,
        side="agent",
        who=client.agent_id,
        name=client.agent.name,
        conversation=payload.conversation,
        on=payload.on,
    )

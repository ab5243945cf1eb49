"""Agents' command about their status."""

from typing import Literal, TypedDict

from pydantic import Field

from accounts.agents.presence import set_status
from conversations.lifecycle import transferring
from core.live.commands import AnsweredCommand, Frame, command
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class SetStatus(AnsweredCommand):
    """Payload of `status.set`; `requeue` returns the agent's conversations to the queue when going offline."""

    status: Literal["online", "busy", "away", "offline"]
    reason: str = Field("", max_length=30, description="of being away, 30 characters at most")
    requeue: bool = Field(False, description="going offline, give my conversations back to the queue")


class Me(TypedDict):
    """The agent as colleagues see one."""

    me: Frame


@command("status.set", AgentClient)
async def change_status(client: AgentClient, payload: SetStatus) -> Me:
    """Say whether I am there for conversations."""
    return {"me": await in_thread(_change_status, client, payload)}


def _change_status(client: AgentClient, payload: SetStatus) -> Frame:
    set_status(actor=client.agent, agent_id=client.agent_id, status=payload.status, reason=payload.reason)
    if payload.requeue and payload.status == "offline":
        transferring.give_back_all(actor=client.agent)
    return client.me()

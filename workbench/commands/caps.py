"""Agents' command about their own cap."""

from pydantic import Field

from accounts.agents.caps import set_cap
from accounts.agents.settings import LARGEST_CAP
from core.live.commands import AnsweredCommand, command
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient
from workbench.commands.status import Me


class SetCap(AnsweredCommand):
    """Payload of `cap.set`."""

    cap: int = Field(ge=0, le=LARGEST_CAP)


@command("cap.set", AgentClient)
async def change_cap(client: AgentClient, payload: SetCap) -> Me:
    """Set how many conversations I may be given at once, where my role and the settings above let me."""
    return {"me": await in_thread(_change_cap, client, payload.cap)}


def _change_cap(client: AgentClient, cap: int) -> dict[str, object]:
    set_cap(actor=client.agent, agent_id=client.agent_id, cap=cap)
    return client.me()

"""What an agent looks like in frames."""

from typing import Any

from core.live.wire import milliseconds

# The columns of `agent_object`.
SHOWN = ("public_id", "nickname", "number", "status", "status_reason", "status_since", "load", "max_concurrent")


def agent_object(agent: Any) -> dict[str, Any]:
    """An agent as colleagues see one (docs/protocol.md, `me`); `agent` has the columns `SHOWN`."""
    return {
        "id": agent.public_id,
        "name": agent.nickname,
        "number": agent.number,
        "status": agent.status,
        "reason": agent.status_reason,
        "since": milliseconds(agent.status_since),
        "load": agent.load,
        "cap": agent.max_concurrent,
    }

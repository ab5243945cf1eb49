"""What an agent looks like in frames."""

from typing import Any

from core.live.wire import milliseconds


def agent_object(agent: Any) -> dict[str, Any]:
    """An agent as colleagues see one (docs/protocol.md, `me`); needs `load`."""
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

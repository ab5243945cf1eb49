"""An application that answers with the peer address in its scope, and on a socket with what it is sent."""

import json
from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The peer address, as JSON; each text of a socket, and after "bye" the end of it."""
    if scope["type"] == "http":
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(scope["client"]).encode()})
    elif scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            if "text" in message:
                await send({"type": "websocket.send", "text": message["text"]})
            if message.get("text") == "bye":
                await send({"type": "websocket.close", "code": 4000})

"""The baseline's consumer: one ORM insert and one group send per message."""

from typing import Any
from urllib.parse import parse_qs

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer

from bench.baseline.models import Message


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """The part of the live protocol that the load uses. Only agents join a group; visitors get the acknowledgement
    alone."""

    async def connect(self) -> None:
        """A visitor's path names a conversation and its agent, an agent's path only the agent."""
        query = {key: values[0] for key, values in parse_qs(self.scope["query_string"].decode()).items()}
        self.conversation = query.get("conversation", "")
        self.group = f"agent.{query.get('to') or query['agent']}"
        if not self.conversation:
            await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept("kefu.v1")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Stores the message, sends it to the agent, acknowledges it."""
        frame = orjson.loads(text_data or "")
        if frame["t"] == "hello":
            await self.send('{"t":"ready"}')
            return
        await Message.objects.acreate(conversation=self.conversation, client_id=frame["id"], text=frame["text"])
        await self.channel_layer.group_send(self.group, {"type": "posted", "cid": frame["id"], "text": frame["text"]})
        await self.send(orjson.dumps({"t": "ack", "id": frame["id"]}).decode())

    async def posted(self, event: dict[str, Any]) -> None:
        """Sends a stored message to the agent."""
        message = {"conversation": self.conversation, "cid": event["cid"], "text": event["text"]}
        await self.send(orjson.dumps({"t": "message.posted", "message": message}).decode())

    async def disconnect(self, code: int) -> None:
        """Leaves the group."""
        if not self.conversation:
            await self.channel_layer.group_discard(self.group, self.channel_name)

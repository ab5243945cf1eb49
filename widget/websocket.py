"""The visitor's socket."""

from core.live.commands import Frame
from core.live.connections import HelloRefused
from core.live.websocket import LiveSocket, language_of
from customers.profiles import visitor_tokens
from widget.visitor import VisitorClient


class VisitorSocket(LiveSocket):
    """The visitor's socket: `hello` carries the token; closes with 4401 for a forged, expired or revoked one."""

    async def greet(self, hello: Frame) -> VisitorClient:
        """The visitor of the token, whom `ready` admits; raises `HelloRefused`."""
        token = visitor_tokens.read(hello.get("token"))
        if token is None:
            raise HelloRefused(4401)
        return VisitorClient.of(token, language_of(hello.get("locale")))

"""The visitor's socket."""

from core.live.commands import Frame
from core.live.websocket import HelloRefused, LiveSocket, language_of
from customers.profiles import visitor_tokens
from widget.visitor import VisitorClient


class VisitorSocket(LiveSocket):
    """The visitor's socket: `hello` carries the token; closes with 4401 for a forged, expired or revoked one."""

    async def greet(self, hello: Frame) -> VisitorClient:
        """The visitor of the token; raises `HelloRefused`."""
        token = visitor_tokens.read(hello.get("token"))
        if token is None:
            raise HelloRefused(4401)
        visitor = await VisitorClient.admit_soon(token, language_of(hello.get("locale")))
        if visitor is None:
            raise HelloRefused(4401)
        return visitor

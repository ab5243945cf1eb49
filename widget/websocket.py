"""The visitor's socket."""

from core.live.commands import Frame
from core.live.websocket import HelloRefused, LiveSocket
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from customers.profiles import visitor_tokens
from widget.visitor import VisitorClient


class VisitorSocket(LiveSocket):
    """`hello` carries the token; a forged, expired or revoked one closes with 4401."""

    async def greet(self, hello: Frame) -> VisitorClient:
        """The visitor behind the token."""
        token = visitor_tokens.read(hello.get("token"))
        if token is None:
            raise HelloRefused(4401)
        with tenant_scope(token.tenant):
            visitor = await in_thread(VisitorClient.admit, token, language_of(hello.get("locale")))
        if visitor is None:
            raise HelloRefused(4401)
        return visitor


def language_of(locale: object) -> str:
    """One of our languages; simplified Chinese for anything else."""
    return locale if locale in ("zh-hans", "zh-hant", "en") else "zh-hans"

"""The visitor's socket."""

from channels_app import tokens
from core.commands import Frame
from core.scope import tenant_scope
from core.sockets import LiveSocket, Unwelcome
from core.threads import in_thread
from widget.party import Visitor


class VisitorSocket(LiveSocket):
    """`hello` carries the token; a forged, expired or revoked one closes with 4401."""

    async def greet(self, hello: Frame) -> Visitor:
        """The visitor behind the token."""
        token = tokens.read(hello.get("token"))
        if token is None:
            raise Unwelcome(4401)
        with tenant_scope(token.tenant):
            visitor = await in_thread(Visitor.admit, token, language_of(hello.get("locale")))
        if visitor is None:
            raise Unwelcome(4401)
        return visitor


def language_of(locale: object) -> str:
    """One of our languages; simplified Chinese for anything else."""
    return locale if locale in ("zh-hans", "zh-hant", "en") else "zh-hans"

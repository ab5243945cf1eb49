"""How a channel looks on a site, and drafts of it that travel sealed and are never stored."""

from dataclasses import asdict, dataclass
from typing import Any

from channels_app.embed_codes.colors import READABLE, VISIBLE, WHITE, contrast, readable, text_on
from channels_app.embed_codes.icons import DRAWINGS
from channels_app.models import Channel, Icon
from core.errors import NotFound
from core.web.sealing import InvalidSeal, seal, unseal

PURPOSE = "design draft"
DRAFT_SECONDS = 3600
LARGEST_OFFSET = 300


@dataclass(frozen=True)
class Design:
    """What sites show. Offsets in pixels, from the side and from the bottom of the window."""

    color: str = "#1a56db"
    icon: str = Icon.CHAT
    side: str = "end"
    offset_x: int = 20
    offset_y: int = 20

    @property
    def on_color(self) -> str:
        """The colour of text on it."""
        return text_on(self.color)

    @property
    def drawing(self) -> str:
        """The icon's path."""
        return DRAWINGS.get(self.icon, DRAWINGS[Icon.CHAT])

    def values(self) -> dict[str, Any]:
        """As the columns of a channel, and as JSON."""
        return asdict(self)


FIELDS = tuple(Design.__dataclass_fields__)


def published(channel: Channel) -> Design:
    """What sites show now."""
    return Design(**{name: getattr(channel, name) for name in FIELDS})


def edited(channel: Channel) -> Design:
    """What its owner works on: the saved draft, or what sites show."""
    values = channel.draft or {}
    return Design(**{**published(channel).values(), **{name: values[name] for name in FIELDS if name in values}})


@dataclass(frozen=True)
class Advice:
    """Why a colour serves badly, and the nearest one that serves well. Ratios as WCAG 2.2 counts them."""

    text_ratio: float
    page_ratio: float
    color: str

    @property
    def is_text(self) -> bool:
        """Whether it is the text on it that is hard to read."""
        return self.text_ratio < READABLE


def advice_on(color: str) -> Advice | None:
    """None for a colour that carries readable text and stands out from a white page."""
    advice = Advice(contrast(color, text_on(color)), contrast(color, WHITE), readable(color))
    return advice if advice.is_text or advice.page_ratio < VISIBLE else None


@dataclass(frozen=True)
class Draft:
    """A design on its way to a preview, with the channel (public id) that it is for."""

    tenant_id: int
    channel: str
    design: Design


def sign(draft: Draft) -> str:
    """For an address that works for an hour."""
    return seal(PURPOSE, [draft.tenant_id, draft.channel, draft.design.values()])


def read(ticket: str, *, tenant_id: int) -> Draft:
    """The draft, if we sealed it not long ago for somebody of that tenant; raises `NotFound`."""
    try:
        owner, channel, values = unseal(PURPOSE, ticket, at_most=DRAFT_SECONDS)
        draft = Draft(owner, channel, Design(**values))
    except (InvalidSeal, ValueError, TypeError) as forged:
        raise NotFound from forged
    if draft.tenant_id != tenant_id:
        raise NotFound
    return draft

"""Designs of a channel, and encrypted drafts in the addresses of previews, which are not stored."""

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
    """Colour, icon and place of the launcher. Offsets in pixels from the side and from the bottom of the window."""

    color: str = "#1a56db"
    icon: str = Icon.CHAT
    side: str = "end"
    offset_x: int = 20
    offset_y: int = 20

    @property
    def on_color(self) -> str:
        """The colour of text on the design's colour."""
        return text_on(self.color)

    @property
    def drawing(self) -> str:
        """The `d` of the icon's path."""
        return DRAWINGS.get(self.icon, DRAWINGS[Icon.CHAT])

    def values(self) -> dict[str, Any]:
        """The values as columns of a channel, and as JSON."""
        return asdict(self)


FIELDS = tuple(Design.__dataclass_fields__)


def published(channel: Channel) -> Design:
    """The design that sites show."""
    return Design(**{name: getattr(channel, name) for name in FIELDS})


def edited(channel: Channel) -> Design:
    """The saved draft, or else the published design."""
    values = channel.draft or {}
    return Design(**{**published(channel).values(), **{name: values[name] for name in FIELDS if name in values}})


@dataclass(frozen=True)
class Advice:
    """Contrast ratios (WCAG 2.2) of a colour that fails one of them, and the nearest colour that passes both."""

    text_ratio: float
    page_ratio: float
    color: str

    @property
    def is_text(self) -> bool:
        """Whether text on the colour is hard to read; otherwise the colour is hard to see on a page."""
        return self.text_ratio < READABLE


def advice_on(color: str) -> Advice | None:
    """The advice for a colour; None where its text is readable and it stands out from a white page."""
    advice = Advice(contrast(color, text_on(color)), contrast(color, WHITE), readable(color))
    return advice if advice.is_text or advice.page_ratio < VISIBLE else None


@dataclass(frozen=True)
class Draft:
    """A design in a preview's address, with tenant (id) and channel (public id)."""

    tenant_id: int
    channel: str
    design: Design


def sign(draft: Draft) -> str:
    """The encrypted draft, valid for an hour."""
    return seal(PURPOSE, [draft.tenant_id, draft.channel, draft.design.values()])


def read(ticket: str, *, tenant_id: int) -> Draft:
    """The draft; raises `NotFound` where it is forged, expired, or of another tenant."""
    try:
        owner, channel, values = unseal(PURPOSE, ticket, at_most=DRAFT_SECONDS)
        draft = Draft(owner, channel, Design(**values))
    except (InvalidSeal, ValueError, TypeError) as forged:
        raise NotFound from forged
    if draft.tenant_id != tenant_id:
        raise NotFound
    return draft

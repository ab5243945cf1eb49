"""Frames: to which groups an event is sent, and how it is encoded."""

from collections.abc import Mapping
from typing import Any

import orjson

from core.events.base import Audience, ConversationEvent, Event
from core.live.groups import groups_of

Frames = list[tuple[str, str]]
REQUEST_DIGEST = ""  # in place of a frame: the group's connections send a digest


def encode(frame: Mapping[str, Any]) -> str:
    """The frame as JSON text."""
    return orjson.dumps(frame).decode()


def frames_of(event: Event, show: Mapping[Audience, Mapping[str, Any]]) -> Frames:
    """One encoded frame per group of each audience in `show`; raises `ValueError` for an audience that the type
    lacks."""
    frames: Frames = []
    for audience, content in show.items():
        if audience not in event.audience:
            raise ValueError(f"{event.name} is not for {audience}")
        text = encode(head(event, audience) | dict(content))
        frames += [(group, text) for group in groups_of(event, audience)]
    return frames


def head(event: Event, audience: Audience) -> dict[str, Any]:
    """The fields that begin every frame of the event: `t`, and `conversation` and the audience's `seq` where it has
    them."""
    frame: dict[str, Any] = {"t": event.name}
    if isinstance(event, ConversationEvent):
        frame["conversation"] = event.conversation
        seq = event.visitor_seq if audience is Audience.VISITOR else event.seq
        if seq is not None:
            frame["seq"] = seq
    return frame

"""Frames: whom an event is told to, and how it is written."""

from collections.abc import Mapping
from typing import Any

import orjson

from core.events.base import Audience, ConversationEvent, Event
from core.live.groups import groups_of

Frames = list[tuple[str, str]]
REQUEST_DIGEST = ""  # no frame: connections read their client's state again


def encode(frame: Mapping[str, Any]) -> str:
    """A frame as it goes over the wire."""
    return orjson.dumps(frame).decode()


def frames_of(event: Event, show: Mapping[Audience, Mapping[str, Any]]) -> Frames:
    """One encoded frame per audience that has something to see; audiences outside the type are an error."""
    frames: Frames = []
    for audience, content in show.items():
        if audience not in event.audience:
            raise ValueError(f"{event.name} is not for {audience}")
        text = encode(head(event, audience) | dict(content))
        frames += [(group, text) for group in groups_of(event, audience)]
    return frames


def head(event: Event, audience: Audience) -> dict[str, Any]:
    """The fields that every frame of this event begins with."""
    frame: dict[str, Any] = {"t": event.name}
    if isinstance(event, ConversationEvent):
        frame["conversation"] = event.conversation
        seq = event.visitor_seq if audience is Audience.VISITOR else event.seq
        if seq is not None:
            frame["seq"] = seq
    return frame

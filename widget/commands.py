"""The commands that visitors alone have (docs/protocol.md)."""

from typing import Annotated

from pydantic import Field

from core.live.commands import AnsweredCommand


class TellPage(AnsweredCommand):
    """`page.tell`."""

    url: Annotated[str, Field(max_length=4000)] = ""
    title: Annotated[str, Field(max_length=1000)] = ""
    referrer: Annotated[str, Field(max_length=4000)] = ""

"""Visitors' command about their page."""

from functools import partial

from pydantic import Field

from conversations.lifecycle import visiting
from core.live.commands import AnsweredCommand, Done, command
from core.tenancy.threads import in_thread
from widget.visitor import VisitorClient


class TellPage(AnsweredCommand):
    """Payload of `page.tell`."""

    url: str = Field("", max_length=4000)
    title: str = Field("", max_length=1000)
    referrer: str = Field("", max_length=4000)


@command("page.tell", VisitorClient)
async def tell_page(client: VisitorClient, payload: TellPage) -> Done:
    """Say which page I look at now."""
    page = {"page_url": payload.url, "page_title": payload.title, "referrer": payload.referrer}
    await in_thread(
        partial(visiting.record_visit, customer_id=client.customer_id, channel_id=client.channel_id, **page)
    )
    return {}

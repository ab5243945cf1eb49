"""What goes over the wire before a page can be used."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext

from bench import pages
from tests.journeys.people import People
from tests.journeys.stack import Company, Stack

HASH = re.compile(r"\.[0-9a-f]{8}(?=\.\w+$)")


def test_pages_are_small_and_ask_for_each_thing_once(
    stack: Stack, people: People, company: Company, new_context: Callable[..., BrowserContext]
) -> None:
    signed_in = people.agent(company).tab.context.storage_state()
    pages.write(stack.port, company.channel, "你好")
    found = dict(pages.visitor(new_context(), stack.url, company.channel))
    found |= pages.desk(new_context(storage_state=signed_in), stack.url, held=1)
    assert found.keys() == {"loader", "chat", "desk"}
    assert pages.too_large(found) == [], found
    for received in found.values():
        files = [address for address, _ in received.each if address.startswith("/static/")]
        assert [address for address in files if not HASH.search(address)] == []
        assert len({HASH.sub("", address) for address in files}) == len(files)

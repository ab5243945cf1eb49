"""The trail of pages: in order, bounded, and of the last visit only."""

from datetime import timedelta

from core.clock import frozen_at, now
from customers.models import Customer, PageView
from customers.visits.actions import MAX_PAGES, remember_visit
from customers.visits.queries import trail_of
from customers.visits.rules import PAUSE
from tests.cast import Cast


def look_at(cast: Cast, page: str, *, minute: float = 0) -> None:
    """carol opens a page, so many minutes after now."""
    with cast.shop.within(), frozen_at(now() + timedelta(minutes=minute)):
        remember_visit(customer_id=cast.carol.pk, page_url=f"https://shop.example/{page}", page_title=page)


def titles(cast: Cast) -> list[str]:
    """The pages of carol's last visit, newest first."""
    with cast.shop.within():
        return [view.title for view in trail_of(cast.carol.pk)]


def test_each_page_stands_once_in_the_order_of_looking(cast: Cast) -> None:
    for minute, page in enumerate(("home", "home", "tea", "home", "")):
        look_at(cast, page, minute=minute)
    assert titles(cast) == ["", "home", "tea", "home"]


def test_the_page_on_which_a_customer_was_made_is_the_first(cast: Cast) -> None:
    with cast.shop.within():
        Customer.objects.filter(pk=cast.carol.pk).update(page_url="https://shop.example/first", page_title="first")
    assert titles(cast) == []
    look_at(cast, "second")
    assert titles(cast) == ["second", "first"]


def test_what_a_browser_does_not_say_leaves_no_page(cast: Cast) -> None:
    with cast.shop.within():
        remember_visit(customer_id=cast.carol.pk, page_url="", locale="en")
    assert titles(cast) == []


def test_fifty_pages_are_kept(cast: Cast) -> None:
    for number in range(MAX_PAGES + 5):
        look_at(cast, f"page {number}", minute=number)
    with cast.shop.within():
        kept = list(PageView.objects.order_by("at").values_list("title", flat=True))
    assert kept == [f"page {number}" for number in range(5, MAX_PAGES + 5)]


def test_a_longer_pause_begins_another_visit(cast: Cast) -> None:
    long = PAUSE.total_seconds() / 60 + 1
    look_at(cast, "yesterday")
    look_at(cast, "today", minute=long)
    look_at(cast, "and on", minute=long + 29)
    assert titles(cast) == ["and on", "today"]

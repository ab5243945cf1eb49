"""docs/adding.md, "A permission": what the page shows lets people in, in companies that were there before."""

import sys

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.roles import sync
from kefu import urls
from tests.cast import Cast
from tests.examples import run, run_changed
from tests.sockets import signed_in

SECTION = "A permission"


@pytest.fixture
def example(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """The blocks of the page, as if the files were so, after the companies of the cast have opened."""
    for name in ("accounts.permissions", "follow_ups.urls"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    permissions = run_changed(SECTION, "accounts/permissions.py")
    pages = run(SECTION, "follow_ups/urls.py")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, *vars(pages)["urlpatterns"]])
    settings.ROOT_URLCONF = urls.__name__  # read anew
    monkeypatch.setattr(sync, "BUILT_IN_ROLES", permissions.BUILT_IN_ROLES)


@pytest.mark.usefixtures("example")
def test_the_roles_that_have_it_get_in(cast: Cast) -> None:
    analyst, owner = (
        signed_in(cast.shop.hire(f"200{n}", "dan", role=role)) for n, role in enumerate(("analyst", "owner"))
    )
    assert [status_of(each) for each in (analyst, owner)] == [403, 403]
    assert sync.sync_built_in_roles() == 2
    assert [status_of(each) for each in (analyst, owner, signed_in(cast.bob), Client())] == [200, 200, 403, 302]


def status_of(browser: Client) -> int:
    return browser.get("/console/follow-ups/").status_code

"""No file leaves the house without an entry, and no entry stands for a file that was not made."""

import contextlib
import io

import pytest
from django.conf import settings
from django.http import FileResponse

from accounts.audit.exporting import export_with_audit, filter_text
from accounts.groups.actions import GroupInput, add_group
from accounts.models import AuditEntry, Role
from accounts.permissions import Permission
from core.console.spreadsheet import TooManyRows
from core.errors import Forbidden
from tests.cast import Cast
from tests.sockets import signed_in


def made() -> FileResponse:
    return FileResponse(io.BytesIO(b"rows"))


def too_long() -> FileResponse:
    raise TooManyRows


def entries(cast: Cast) -> list[tuple[str, dict[str, int]]]:
    with cast.shop.within():
        return list(AuditEntry.objects.values_list("actor_name", "after"))


def test_who_took_what_stands_in_the_log(cast: Cast) -> None:
    with cast.shop.within():
        export_with_audit(
            actor=cast.alice.actor(), needs=(Permission.AUDIT,), file=made, action="audit.exported", kind="audit",
            details={"rows": 3},
        ).close()  # fmt: skip
    assert entries(cast) == [("alice", {"rows": 3})]


def test_a_file_that_cannot_be_made_leaves_no_entry(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(TooManyRows):
        export_with_audit(
            actor=cast.alice.actor(), needs=(Permission.AUDIT,), file=too_long, action="audit.exported", kind="audit",
            details={"rows": 3},
        )  # fmt: skip
    assert entries(cast) == []


def test_who_may_not_have_all_of_it_gets_no_file(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(Forbidden):
        export_with_audit(
            actor=cast.bob.actor(), needs=(Permission.AUDIT,), file=too_long, action="audit.exported", kind="audit",
            details={"rows": 3},
        )  # fmt: skip
    assert entries(cast) == []


LISTS = ("/console/agents/", "/console/groups/", "/console/audit/")


@pytest.mark.parametrize("page", LISTS)
def test_who_has_not_the_right_to_export_takes_nothing_away(cast: Cast, page: str) -> None:
    client = signed_in(cast.alice)
    with contextlib.closing(client.post(f"{page}export/")) as answer:
        assert answer.status_code == 200
    assert f"{page}export/" in client.get(page).content.decode()
    with cast.shop.within():
        owner = Role.objects.get(code="owner")
        owner.permissions.remove(Permission.EXPORT)
        owner.save(update_fields=["permissions"])
    assert client.post(f"{page}export/").status_code == 403
    assert f"{page}export/" not in client.get(page).content.decode()


def test_what_narrowed_the_rows_is_told_in_words(cast: Cast) -> None:
    client = signed_in(cast.alice)
    client.post("/console/agents/export/?q=小&role=agent", headers={"accept-language": "en"}).close()
    assert entries(cast) == [("alice", {"rows": 0, "filter": {"Search": "小", "Role": "Agent"}})]
    assert "Role Agent, Search 小" in client.get("/console/audit/", headers={"accept-language": "en"}).content.decode()
    assert filter_text("q=%E5%B0%8F&role=agent") == "q=小&role=agent", "as entries of earlier versions have it"


@pytest.mark.parametrize("page", LISTS)
def test_a_link_that_somebody_else_made_takes_nothing_away(cast: Cast, page: str) -> None:
    """Nor does a foreign form: without the page's own secret there is no file, and no entry of one."""
    client = signed_in(cast.alice)
    with cast.shop.within():
        add_group(actor=cast.alice.actor(), values=GroupInput("VIP"))  # no list is empty
    known = entries(cast)
    assert client.get(f"{page}export/").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(f"{page}export/").status_code == 403
    assert entries(cast) == known
    form = client.get(f"{page}?sort=at").content.decode().split(f'action="{page}export/')[1]
    assert 'name="csrfmiddlewaretoken"' in form.split("</form>")[0]
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    with contextlib.closing(client.post(f"{page}export/", {"csrfmiddlewaretoken": token})) as answer:
        assert answer.status_code == 200
    assert len(entries(cast)) == len(known) + 1

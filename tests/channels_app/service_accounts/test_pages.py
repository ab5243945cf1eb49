"""Service accounts: the face that customers see, added, changed and deleted in the console."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from PIL.ExifTags import Base

from accounts.models import AuditEntry, Group
from channels_app.models import Channel, ServiceAccount, ServingGroup
from channels_app.service_accounts.actions import (
    AccountHasHistory,
    AccountInUse,
    LastAccount,
    add_account,
    change_account,
    delete_account,
    stop_serving,
)
from channels_app.service_accounts.avatars import check_avatar
from core.errors import Stale
from tests.cast import Cast, at_once
from tests.channels_app.pictures import picture
from tests.sockets import signed_in

ORIENTATION = Base.Orientation
LIST = "/console/service-accounts/"


@pytest.fixture
def owner(cast: Cast) -> Client:
    return signed_in(cast.alice)


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What a browser sends for a service account."""
    return {"name": "售后", "groups": [cast.shop.group.public_id], "show_agent_name": "on", "version": "1"} | changes


def address(account: ServiceAccount) -> str:
    return reverse("channels:account", args=[account.public_id])


def accounts(cast: Cast) -> list[str]:
    with cast.shop.within():
        return sorted(ServiceAccount.objects.values_list("name", flat=True))


def entries(cast: Cast, action: str) -> list[AuditEntry]:
    with cast.shop.within():
        return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def test_one_is_added_with_its_groups_and_the_log_says_so(cast: Cast, owner: Client) -> None:
    fresh: Any = owner.get(f"{LIST}new/")
    assert fresh.status_code == 200
    assert not fresh.context["form"].is_bound
    answer = owner.post(f"{LIST}new/", filled(cast))
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert "售后" in owner.get(LIST).content.decode()
    with cast.shop.within():
        made = ServiceAccount.objects.get(name="售后")
        assert ServingGroup.objects.get(service_account=made).group_id == cast.shop.group.pk
    (entry,) = entries(cast, "service_account.added")
    assert (entry.actor_name, entry.object_id, entry.after["groups"]) == ("alice", made.pk, ["客服组"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 31}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "演示企业客服"}, "name"),
        ({"groups": []}, "groups"),
        ({"groups": ["nowhere"]}, "groups"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_saved(
    cast: Cast, owner: Client, changes: dict[str, Any], field: str
) -> None:
    before = accounts(cast)
    answer = owner.post(f"{LIST}new/", filled(cast, **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert accounts(cast) == before


def test_a_group_of_another_company_is_refused(cast: Cast, owner: Client) -> None:
    answer = owner.post(f"{LIST}new/", filled(cast, groups=[cast.other.group.public_id]))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["groups"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew_and_shown_to_everybody(cast: Cast, owner: Client, kind: str) -> None:
    sent = picture(kind, (900, 900))
    assert owner.post(f"{LIST}new/", filled(cast, avatar=sent)).status_code == 303
    with cast.shop.within():
        face = ServiceAccount.objects.get(name="售后").avatar
    answer = Client().get(face)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    sent.seek(0)
    assert content and content != sent.read()
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: picture(size=(240, 241)), "200 × 200"),
        (lambda: picture(size=(199, 199)), "200 × 200"),
        (lambda: picture("GIF"), "JPG"),
        (lambda: picture(size=(20_000, 20_000), mode="1"), "5000 × 5000"),
        (lambda: picture(size=(6400, 6400), mode="1"), "5000 × 5000"),
        (lambda: cut_off(picture("JPEG", (900, 900))), "已损坏"),
        (lambda: cut_off(picture("PNG", (900, 900))), "已损坏"),
        (lambda: SimpleUploadedFile("face.png", b"<svg onload=alert(1)>"), "JPG"),
        (lambda: SimpleUploadedFile("face.png", b""), "JPG"),
        (lambda: SimpleUploadedFile("face.png", b"\x89PNG" + b"x" * (2 * 1024 * 1024)), "2 MB"),
    ],
)
def test_what_is_no_good_picture_is_refused_by_its_content(cast: Cast, owner: Client, file: Any, words: str) -> None:
    answer = owner.post(f"{LIST}new/", filled(cast, avatar=file()))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["avatar"])
    assert "售后" not in accounts(cast)


def cut_off(file: SimpleUploadedFile) -> SimpleUploadedFile:
    """The first half of it."""
    content = file.read()
    return SimpleUploadedFile(file.name or "", content[: len(content) // 2])


def two_tone_picture(mode: str = "RGB") -> Image.Image:
    image = Image.new("L", (400, 400), 255)
    image.paste(40, (0, 0, 200, 400))
    return image.convert(mode)


def grey_of_16_bits() -> Image.Image:
    return two_tone_picture("I").point(lambda grey: grey * 257).convert("I;16")


def turned() -> dict[str, Any]:
    """Written down lying on its side, to be shown upright."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return {"exif": exif}


@pytest.mark.parametrize(
    ("kind", "make", "options"),
    [
        ("PNG", grey_of_16_bits, {}),
        ("JPEG", lambda: two_tone_picture("CMYK"), {}),
        ("WEBP", two_tone_picture, {"save_all": True, "append_images": [Image.new("RGB", (400, 400), "red")]}),
        ("PNG", two_tone_picture, {"save_all": True, "append_images": [Image.new("RGB", (400, 400), "red")]}),
        ("JPEG", lambda: two_tone_picture().rotate(90), turned()),
        ("JPEG", lambda: two_tone_picture().resize((7000, 7000)), {}),
    ],
)
def test_whatever_wrote_a_picture_its_face_is_kept(kind: str, make: Any, options: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    make().save(buffer, kind, **options)
    kept = check_avatar(SimpleUploadedFile(f"face.{kind.lower()}", buffer.getvalue()), tenant_id=1)
    shown = Image.open(io.BytesIO(kept.content)).convert("L")
    assert (shown.size, getattr(shown, "n_frames", 1)) == ((400, 400), 1)
    left, right = (shown.crop((x, 200, x + 1, 201)).tobytes()[0] for x in (100, 300))
    assert left < 60
    assert right > 240


def test_a_new_picture_replaces_the_file_of_the_old_one(cast: Cast, owner: Client) -> None:
    page = address(cast.shop.account)
    values = filled(cast, name="演示企业客服")
    owner.post(page, values | {"avatar": picture()})
    with cast.shop.within():
        first = ServiceAccount.objects.get(pk=cast.shop.account.pk).avatar
    owner.post(page, values | {"avatar": picture(mode="RGBA"), "version": "2"})
    with cast.shop.within():
        second = ServiceAccount.objects.get(pk=cast.shop.account.pk).avatar
    assert second.endswith(".png")
    assert Client().get(first).status_code == 404
    kept = default_storage.listdir(f"{cast.shop.tenant.pk}/faces")[1]
    assert second.rsplit("/", 1)[-1] in kept
    assert first.rsplit("/", 1)[-1] not in kept
    owner.post(page, values | {"without_avatar": "on", "version": "3"})
    assert Client().get(second).status_code == 404


def test_a_stale_edit_is_told_what_is_there_now_and_may_be_saved_on_top(cast: Cast, owner: Client) -> None:
    page = address(cast.shop.account)
    assert owner.post(page, filled(cast, name="新名字")).status_code == 303
    late = owner.post(page, filled(cast, name="另一个名字"))
    body = late.content.decode()
    assert late.status_code == 409
    assert "新名字" in body
    assert "alice" in body
    assert accounts(cast) == ["新名字"]
    assert (
        owner.post(page, filled(cast, name="另一个名字", version=late.context["form"]["version"].value())).status_code
        == 303
    )
    assert accounts(cast) == ["另一个名字"]
    assert [entry.after for entry in entries(cast, "service_account.changed")] == [
        {"name": "新名字"},
        {"name": "另一个名字"},
    ]


def test_who_comes_late_with_a_picture_is_asked_for_it_again(cast: Cast, owner: Client) -> None:
    page = address(cast.shop.account)
    owner.post(page, filled(cast, name="新名字"))
    late = owner.post(page, filled(cast, name="另一个名字", avatar=picture()))
    assert late.status_code == 409
    assert list(late.context["form"].errors) == ["avatar"]


def test_of_two_changes_at_once_one_is_stale(cast: Cast) -> None:
    def change(name: str) -> Any:
        return lambda: change_account(
            actor=cast.alice.actor(), account=cast.shop.account.public_id, version=1, name=name, show_agent_name=True,
            groups=[cast.shop.group.public_id],
        )  # fmt: skip

    with cast.shop.within():
        outcomes = at_once(change("一"), change("二"))
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ServiceAccount) for outcome in outcomes) == 1


def test_one_in_use_is_not_deleted_and_the_channels_are_named(cast: Cast, owner: Client) -> None:
    owner.post(f"{LIST}new/", filled(cast))
    answer = owner.post(f"{address(cast.shop.account)}delete/")
    assert answer.status_code == 422
    assert "官网" in answer.content.decode()
    assert len(accounts(cast)) == 2


def test_the_last_one_stays_and_so_does_one_with_history(cast: Cast) -> None:
    cast.shop.open(cast.carol)
    alice = cast.alice.actor()
    with cast.shop.within():
        Channel.objects.update(service_account=(spare := add_account(
            actor=alice, name="备用", show_agent_name=True, groups=[cast.shop.group.public_id]
        )))  # fmt: skip
        with pytest.raises(AccountHasHistory):
            delete_account(actor=alice, account=cast.shop.account.public_id)
        with pytest.raises(AccountInUse, match="官网"):
            delete_account(actor=alice, account=spare.public_id)
    with cast.other.within():
        Channel.objects.all().delete()
        with pytest.raises(LastAccount):
            delete_account(
                actor=cast.other.hire("1000", "boss", role="owner").actor(), account=cast.other.account.public_id
            )


def test_one_that_nobody_needs_is_deleted_with_its_picture(cast: Cast, owner: Client) -> None:
    owner.post(f"{LIST}new/", filled(cast, avatar=picture()))
    with cast.shop.within():
        spare = ServiceAccount.objects.get(name="售后")
    assert owner.post(f"{address(spare)}delete/").status_code == 303
    assert accounts(cast) == ["演示企业客服"]
    assert Client().get(spare.avatar).status_code == 404
    assert entries(cast, "service_account.deleted")[0].before["name"] == "售后"


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    cast: Cast, owner: Client, django_assert_max_num_queries: Any
) -> None:
    with cast.shop.within():
        groups = [Group.objects.create(name=f"组 {number}") for number in range(3)]
        for number in range(30):
            made = ServiceAccount.objects.create(name=f"账号 {number}")
            for group in groups:
                ServingGroup.objects.create(service_account=made, group=group)
            Channel.objects.create(name=f"渠道 {number}", service_account=made)
    for page in (LIST, "/console/channels/"):
        with django_assert_max_num_queries(14):
            assert owner.get(page).status_code == 200


def test_other_roles_neither_see_nor_change_them(cast: Cast) -> None:
    roles = {"agent": 403, "analyst": 403, "supervisor": 200, "site_owner": 200}
    for number, (role, status) in enumerate(roles.items(), start=2000):
        person = signed_in(cast.shop.hire(str(number), role, role=role))
        assert person.get(LIST).status_code == status, role
        assert person.get(address(cast.shop.account)).status_code == status, role
        if status == 403:
            assert person.post(f"{LIST}new/", filled(cast)).status_code == 403, role
    assert accounts(cast) == ["演示企业客服"]


def test_the_question_about_one_in_use_names_the_channels_and_has_no_button(cast: Cast, owner: Client) -> None:
    owner.post(f"{LIST}new/", filled(cast))
    answer = owner.get(f"{address(cast.shop.account)}delete/")
    assert answer.status_code == 200
    assert "官网" in answer.content.decode()
    assert "button-danger-filled" not in answer.content.decode()
    with cast.shop.within():
        spare = ServiceAccount.objects.get(name="售后")
    assert "button-danger-filled" in owner.get(f"{address(spare)}delete/").content.decode()


def test_deleting_a_group_says_which_accounts_lose_it_and_each_has_its_entry(cast: Cast, owner: Client) -> None:
    with cast.shop.within():
        vip = Group.objects.create(name="VIP")
        both = [cast.shop.group.public_id, vip.public_id]
    owner.post(f"{LIST}new/", filled(cast, groups=both))
    question = f"/console/groups/{vip.public_id}/delete/"
    page = owner.get(question).content.decode()
    assert "<li>售后</li>" in page
    assert "<li>演示企业客服</li>" not in page
    alone = owner.get(f"/console/groups/{cast.shop.group.public_id}/delete/").content.decode()
    assert "演示企业客服" in alone
    assert "button-danger-filled" not in alone
    assert owner.post(question).status_code == 303
    (entry,) = entries(cast, "service_account.changed")
    with cast.shop.within():
        account = ServiceAccount.objects.get(name="售后")
    assert (entry.actor_name, entry.object_id, account.version) == ("alice", account.pk, 2)
    assert {*entry.before["groups"]} == {"客服组", "VIP"}
    assert entry.after == {"groups": ["客服组"]}


def test_a_group_is_taken_from_many_accounts_by_the_statements_of_one(cast: Cast) -> None:
    costs = []
    for count in (1, 12):
        with cast.shop.within():
            groups = [Group.objects.create(name=f"{count} {name}", sort=sort) for name, sort in (("b", 1), ("a", 2))]
            made = [ServiceAccount.objects.create(name=f"{count} {number}") for number in range(count)]
            ServingGroup.objects.bulk_create(
                ServingGroup(tenant_id=each.tenant_id, service_account=each, group=group)
                for each in made
                for group in groups
            )
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:  # dispatch comes after commit
                stop_serving(actor=cast.alice.actor(), group_id=groups[0].pk)
            costs.append(len(captured.captured_queries))
            serving = ServingGroup.objects.filter(service_account__in=made).values_list("group_id", flat=True)
            assert list(serving) == [groups[1].pk] * count
            after = ServiceAccount.objects.in_bulk([each.pk for each in made])
        assert {each.version for each in after.values()} == {2}
        logged = entries(cast, "service_account.changed")[-count:]
        assert {entry.object_id for entry in logged} == {each.pk for each in made}
        assert all(entry.before == {"groups": [f"{count} a", f"{count} b"]} for entry in logged)
        assert all(entry.after == {"groups": [f"{count} a"]} for entry in logged)
    assert costs[1] == costs[0]

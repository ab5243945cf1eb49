"""The pages of a group: where its acts lead, and what its numbers are called."""

from django.test import Client
from django.urls import reverse

from accounts.models import Group
from tests.cast import Cast
from tests.sockets import signed_in


def test_who_was_added_is_seen_among_the_members(cast: Cast) -> None:
    with cast.shop.within():
        vip = Group.objects.create(name="VIP")
    client: Client = signed_in(cast.alice)
    members, new, bulk = (
        reverse(f"accounts:{name}", args=[vip.public_id]) for name in ("members", "members_new", "members_bulk")
    )
    added = {"do": "put", "weight": "70", "rows": [cast.bob.public_id], "next": f"{new}?q=bob"}
    assert client.post(bulk, added | {"weight": "101"})["Location"] == added["next"], "nothing was saved"
    assert client.post(bulk, added)["Location"] == members
    assert client.post(bulk, added | {"next": f"{members}?sort=weight"})["Location"] == f"{members}?sort=weight"
    assert f'href="{members}"' in client.get(new).content.decode()


def test_a_groups_priority_says_what_it_decides(cast: Cast) -> None:
    client = signed_in(cast.alice)
    page = client.get(reverse("accounts:group", args=[cast.shop.group.public_id])).content.decode()
    assert "优先级" in page
    assert "“同时接待数”以设置过该项且数字最大的客服组为准" in page
    assert "权重 50" in client.get(reverse("accounts:agents")).content.decode()

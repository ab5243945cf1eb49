"""Groups and service accounts that narrow where a tool panel is seen: with the last of them it would be open to all."""

import pytest

from accounts.groups import actions as groups
from accounts.models import AuditEntry, Group
from channels_app.models import ServiceAccount
from channels_app.service_accounts import actions as accounts
from customers.models import ToolPanel
from customers.tool_panels import actions, queries
from customers.tool_panels.actions import PanelInput
from tests.cast import Cast


def added(cast: Cast, *, to: tuple[Group, ...] = (), beside: tuple[ServiceAccount, ...] = ()) -> ToolPanel:
    """A panel that these groups see, beside these accounts."""
    places = [tuple(each.public_id for each in place) for place in (to, beside)]
    values = PanelInput("orders", "https://tools.example/", 320, 0, True, *places)
    return actions.add_panel(actor=cast.alice.actor(), values=values)


def test_a_group_goes_only_where_another_one_sees_its_panels(cast: Cast) -> None:
    alice = cast.alice.actor()
    with cast.shop.within():
        vip, returns = (groups.add_group(actor=alice, values=groups.GroupInput(name)) for name in ("VIP", "Returns"))
        panel = added(cast, to=(vip, returns))
        groups.delete_group(actor=alice, group=returns.public_id)
        entry = AuditEntry.objects.filter(object_kind="tool_panel").latest("pk")
        assert (entry.before, entry.after) == ({"groups": ["Returns", "VIP"]}, {"groups": ["VIP"]})
        assert queries.group_names(panel) == ["VIP"]
        with pytest.raises(groups.StillNeeded) as refused:
            groups.delete_group(actor=alice, group=vip.public_id)
        assert [name.partition("（")[0] for name in refused.value.names] == ["orders"]
        assert not queries.panels_for(cast.bob.pk).exists(), "bob is in neither group"


def test_a_service_account_stays_while_a_panel_stands_beside_it(cast: Cast) -> None:
    alice = cast.alice.actor()
    with cast.shop.within():
        account = accounts.add_account(
            actor=alice, name="VIP", show_agent_name=False, groups=[cast.shop.group.public_id]
        )
        panel = added(cast, beside=(account,))
        with pytest.raises(accounts.AccountHasHistory):
            accounts.delete_account(actor=alice, account=account.public_id)
        assert not queries.panels_beside(cast.shop.account.pk, agent_id=cast.bob.pk).exists()
        actions.delete_panel(actor=alice, tool_panel=panel.public_id)
        accounts.delete_account(actor=alice, account=account.public_id)

"""Service accounts as a subject of the console."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from channels_app.models import ServiceAccount
from channels_app.service_accounts import queries
from core.console.columns import Column
from core.console.ordering import AlphabeticalOrder
from core.console.subject import Detail, Subject, Words, register
from core.settings.levels import Level


def _audited(accounts: Sequence[ServiceAccount]) -> list[dict[str, Any]]:
    groups = queries.names_of_groups_behind(accounts)
    return [
        {
            "name": account.name,
            "avatar": account.avatar,
            "show_agent_name": account.show_agent_name,
            "groups": groups[account.pk],
        }
        for account in accounts
    ]


SERVICE_ACCOUNT = register(
    Subject(
        "service_account",
        page="channels:account",
        home="channels:accounts",
        address="console/service-accounts/",
        permission=Permission.MANAGE_CHANNELS,
        section="channels",
        place=20,
        icon="identification",
        words=Words(
            one=_("Service account"),
            many=_("Service accounts"),
            new=_("New service account"),
            none=_("No service accounts yet"),
            lead=_("The faces that customers talk to: a name, a picture, and the groups that answer behind them."),
        ),
        objects=ServiceAccount.objects.all,
        rows=lambda reader: queries.accounts_in_console(),
        columns=(
            Column("name", _("Name"), "name", cell="channels_app/service_accounts/_name.html"),
            Column(
                "channels",
                _("Channels"),
                sort=None,
                value=lambda account: gettext(", ").join(each.name for each in account.channels.all()),
                cell="channels_app/service_accounts/_channels.html",
                width=40,
            ),
            Column(
                "groups",
                _("Serving groups"),
                sort=None,
                value=lambda account: gettext(", ").join(each.group.name for each in account.serving_groups.all()),
                cell="channels_app/service_accounts/_groups.html",
                width=40,
            ),
            Column(
                "show_agent_name",
                _("Agents' names"),
                sort=("show_agent_name", AlphabeticalOrder("name")),
                words={True: _("Shown"), False: _("Hidden")},
                width=14,
            ),
        ),
        default="name",
        audited=(
            "name",
            Detail("avatar", _("Picture")),
            Detail("show_agent_name", _("Agent's name shown")),
            Detail("groups", _("Groups")),
        ),
        snapshots_of=_audited,
        level=Level.SERVICE_ACCOUNT,
        exports=True,
        list_template="channels_app/service_accounts/list.html",
        form_template="channels_app/service_accounts/form.html",
    )
)

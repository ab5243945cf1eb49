"""Agent groups as a subject of the console."""

from django.utils.translation import gettext_lazy as _

from accounts.groups import queries
from accounts.models import Group
from accounts.permissions import Permission
from core.console.columns import Column
from core.console.ordering import AlphabeticalOrder
from core.console.subject import Link, Subject, Words, register
from core.settings.levels import Level

GROUP = register(
    Subject(
        "group",
        page="accounts:group",
        home="accounts:groups",
        address="console/groups/",
        permission=Permission.MANAGE_TEAM,
        section="team",
        place=20,
        icon="user-group",
        words=Words(
            one=_("Agent group"),
            many=_("Agent groups"),
            new=_("New group"),
            none=_("No groups yet"),
            lead=_("Agents who serve together. Groups with a higher priority come first."),
            why=_("Conversations are given to the agents in the groups that serve a service account."),
        ),
        objects=Group.objects.all,
        rows=lambda reader: queries.groups(),
        columns=(
            Column("name", _("Name"), "name", link=True, cell="accounts/groups/_name.html"),
            Column("sort", _("Priority"), "number", sort=("sort", "-pk")),
            Column(
                "members",
                _("Members"),
                "number",
                sort=("members", AlphabeticalOrder("name")),
                link="accounts:members",
                leads_to=_("Members of %(name)s"),
            ),
        ),
        default="-sort",
        links=(
            Link("accounts:members", _("Members"), "users"),
            Link("accounts:members_new", _("Add members"), "user-plus"),
        ),
        audited=("name", "sort"),
        level=Level.GROUP,
        exports=True,
        form_template="accounts/groups/form.html",
    )
)

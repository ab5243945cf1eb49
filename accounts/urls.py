from accounts.agents.subject import AGENT
from accounts.agents.views import agent, agent_delete, agent_new, agent_password, agents, agents_bulk, agents_export
from accounts.audit.subject import AUDIT
from accounts.audit.views import entries, entries_export
from accounts.groups.subject import GROUP
from accounts.groups.views import (
    group,
    group_delete,
    group_new,
    groups_export,
    groups_page,
    members,
    members_bulk,
    members_new,
)
from accounts.passwords.views import own_password
from accounts.permissions import Permission
from accounts.personal.views import preferences
from accounts.saved_views.views import saved_view, saved_view_delete, saved_view_new
from accounts.settings import urls as setting_urls
from accounts.sign_in.views import session, sign_in_page, sign_out_page
from core.console.subject import routes_of
from core.web.routes import ANYONE, SIGNED_IN, route

TEAM = Permission.MANAGE_TEAM
app_name = "accounts"
urlpatterns = [
    *setting_urls.urlpatterns,
    route("sign-in/", sign_in_page, to=ANYONE, name="sign_in"),
    route("sign-out/", sign_out_page, to=ANYONE, name="sign_out"),
    route("session/", session, to=ANYONE, name="session"),
    route("password/", own_password, to=SIGNED_IN, name="own_password"),
    route("console/views/new/", saved_view_new, to=SIGNED_IN, name="saved_view_new"),
    route("console/views/<id:public_id>/", saved_view, to=SIGNED_IN, name="saved_view"),
    route("console/views/<id:public_id>/delete/", saved_view_delete, to=SIGNED_IN, name="saved_view_delete"),
    route("preferences/", preferences, to=ANYONE, name="preferences"),
    route("console/agents/bulk/", agents_bulk, to=TEAM, name="agents_bulk"),
    *routes_of(AGENT, rows=agents, new=agent_new, one=agent, delete=agent_delete, export=agents_export),
    route("console/agents/<id:public_id>/password/", agent_password, to=TEAM, name="agent_password"),
    *routes_of(GROUP, rows=groups_page, new=group_new, one=group, delete=group_delete, export=groups_export),
    route("console/groups/<id:public_id>/members/", members, to=TEAM, name="members"),
    route("console/groups/<id:public_id>/members/new/", members_new, to=TEAM, name="members_new"),
    route("console/groups/<id:public_id>/members/bulk/", members_bulk, to=TEAM, name="members_bulk"),
    *routes_of(AUDIT, rows=entries, export=entries_export),
]

from accounts import views, views_audit, views_groups, views_password, views_team
from accounts.permissions import Permission
from core.routes import ANYONE, SIGNED_IN, route

TEAM = Permission.MANAGE_TEAM
app_name = "accounts"
urlpatterns = [
    route("sign-in/", views.sign_in_page, to=ANYONE, name="sign_in"),
    route("sign-out/", views.sign_out_page, to=ANYONE, name="sign_out"),
    route("session/", views.session, to=ANYONE, name="session"),
    route("password/", views_password.own_password, to=SIGNED_IN, name="own_password"),
    route("preferences/", views.preferences, to=ANYONE, name="preferences"),
    route("console/agents/", views_team.agents, to=TEAM, name="agents"),
    route("console/agents/export/", views_team.agents_export, to=TEAM, name="agents_export"),
    route("console/agents/bulk/", views_team.agents_bulk, to=TEAM, name="agents_bulk"),
    route("console/agents/new/", views_team.agent_new, to=TEAM, name="agent_new"),
    route("console/agents/<id:public_id>/", views_team.agent, to=TEAM, name="agent"),
    route("console/agents/<id:public_id>/password/", views_team.agent_password, to=TEAM, name="agent_password"),
    route("console/agents/<id:public_id>/delete/", views_team.agent_delete, to=TEAM, name="agent_delete"),
    route("console/groups/", views_groups.groups_page, to=TEAM, name="groups"),
    route("console/groups/new/", views_groups.group_new, to=TEAM, name="group_new"),
    route("console/groups/<id:public_id>/", views_groups.group, to=TEAM, name="group"),
    route("console/groups/<id:public_id>/delete/", views_groups.group_delete, to=TEAM, name="group_delete"),
    route("console/groups/<id:public_id>/members/", views_groups.members, to=TEAM, name="members"),
    route("console/groups/<id:public_id>/members/new/", views_groups.members_new, to=TEAM, name="members_new"),
    route("console/groups/<id:public_id>/members/bulk/", views_groups.members_bulk, to=TEAM, name="members_bulk"),
    route("console/audit/", views_audit.audit_page, to=Permission.AUDIT, name="audit"),
    route("console/audit/export/", views_audit.audit_export, to=Permission.AUDIT, name="audit_export"),
]

from accounts.permissions import Permission
from core.web.bodies import WITH_A_FILE
from core.web.routes import route
from workbench.customer_panel.tool_panels import tool, tools
from workbench.customer_panel.views import customer
from workbench.desk import contacts, mentions
from workbench.desk.views import command, desk, files, messages, poll, state, stream
from workbench.queue.views import waiting
from workbench.search.views import search

app_name = "workbench"
urlpatterns = [
    route("desk/", desk, to=Permission.DESK, name="desk"),
    route("api/desk/state", state, to=Permission.DESK, name="state"),
    route("api/desk/queue", waiting, to=Permission.DESK, name="queue"),
    route("api/desk/conversations/<id:public_id>/messages", messages, to=Permission.DESK, name="messages"),
    route("api/desk/recent", contacts.recent, to=Permission.DESK, name="recent"),
    route("api/desk/starred", contacts.starred, to=Permission.DESK, name="starred"),
    route("api/desk/stars", contacts.stars, to=Permission.DESK, name="stars"),
    route("api/desk/groups", contacts.groups, to=Permission.DESK, name="groups"),
    route("api/desk/colleagues", contacts.colleagues, to=Permission.DESK, name="colleagues"),
    route("api/desk/mentions", mentions.mentions, to=Permission.DESK, name="mentions"),
    route("api/desk/conversations/<id:public_id>/readers", mentions.readers, to=Permission.DESK, name="readers"),
    route("api/desk/search", search, to=Permission.DESK, name="search"),
    route("api/desk/conversations/<id:public_id>/customer", customer, to=Permission.DESK, name="customer"),
    route("api/desk/conversations/<id:public_id>/tools", tools, to=Permission.DESK, name="tools"),
    route("api/desk/conversations/<id:public_id>/tools/<id:panel_id>", tool, to=Permission.DESK, name="tool"),
    route("api/desk/files", files, to=Permission.DESK, name="files", max_body=WITH_A_FILE),
    route("api/desk/command", command, to=Permission.DESK, name="command"),
    route("api/desk/stream", stream, to=Permission.DESK, name="stream"),
    route("api/desk/poll", poll, to=Permission.DESK, name="poll"),
]

from accounts.permissions import Permission
from core.web.bodies import WITH_A_FILE
from core.web.routes import ANYONE, VISITOR, route
from widget.chat.views import chat, command, files, logout, messages, poll, session, stream
from widget.loader.views import loader
from widget.preview.views import draft, preview, sample

app_name = "widget"
urlpatterns = [
    route("w/<str:public_id>.js", loader, to=ANYONE, name="loader"),
    route("chat/<id:public_id>/", chat, to=ANYONE, name="chat"),
    route("preview/<str:ticket>/", preview, to=Permission.MANAGE_CHANNELS, name="preview"),
    route("preview/<str:ticket>/loader.js", draft, to=Permission.MANAGE_CHANNELS, name="draft"),
    route("preview/<str:ticket>/chat/", sample, to=Permission.MANAGE_CHANNELS, name="sample"),
    route("api/visitor/session", session, to=ANYONE, name="session"),
    route("api/visitor/logout", logout, to=ANYONE, name="logout"),
    route("api/visitor/command", command, to=VISITOR, name="command"),
    route("api/visitor/stream", stream, to=VISITOR, name="stream"),
    route("api/visitor/poll", poll, to=VISITOR, name="poll"),
    route("api/visitor/messages", messages, to=VISITOR, name="messages"),
    route("api/visitor/files", files, to=VISITOR, name="files", max_body=WITH_A_FILE),
]

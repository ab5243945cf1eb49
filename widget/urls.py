from accounts.permissions import Permission
from core.bodies import WITH_A_FILE
from core.routes import ANYONE, VISITOR, route
from widget import drafts, views

app_name = "widget"
urlpatterns = [
    route("w/<str:public_id>.js", views.loader, to=ANYONE, name="loader"),
    route("chat/<id:public_id>/", views.chat, to=ANYONE, name="chat"),
    route("preview/<str:ticket>/", drafts.preview, to=Permission.MANAGE_CHANNELS, name="preview"),
    route("preview/<str:ticket>/loader.js", drafts.draft, to=Permission.MANAGE_CHANNELS, name="draft"),
    route("preview/<str:ticket>/chat/", drafts.sample, to=Permission.MANAGE_CHANNELS, name="sample"),
    route("api/visitor/session", views.session, to=ANYONE, name="session"),
    route("api/visitor/command", views.command, to=VISITOR, name="command"),
    route("api/visitor/stream", views.stream, to=VISITOR, name="stream"),
    route("api/visitor/poll", views.poll, to=VISITOR, name="poll"),
    route("api/visitor/messages", views.messages, to=VISITOR, name="messages"),
    route("api/visitor/files", views.files, to=VISITOR, name="files", takes=WITH_A_FILE),
]

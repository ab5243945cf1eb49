from core.routes import ANYONE, VISITOR, route
from widget import views

app_name = "widget"
urlpatterns = [
    route("w/<id:public_id>.js", views.loader, to=ANYONE, name="loader"),
    route("chat/<id:public_id>/", views.chat, to=ANYONE, name="chat"),
    route("api/visitor/session", views.session, to=ANYONE, name="session"),
    route("api/visitor/command", views.command, to=VISITOR, name="command"),
    route("api/visitor/stream", views.stream, to=VISITOR, name="stream"),
    route("api/visitor/poll", views.poll, to=VISITOR, name="poll"),
    route("api/visitor/messages", views.messages, to=VISITOR, name="messages"),
    route("api/visitor/files", views.files, to=VISITOR, name="files"),
]

from accounts.permissions import Permission
from core.bodies import WITH_A_FILE
from core.routes import route
from workbench import views

app_name = "workbench"
urlpatterns = [
    route("desk/", views.desk, to=Permission.DESK, name="desk"),
    route("desk/conversations/<id:public_id>/customer/", views.customer, to=Permission.DESK, name="customer"),
    route("api/desk/state", views.state, to=Permission.DESK, name="state"),
    route("api/desk/conversations/<id:public_id>/messages", views.messages, to=Permission.DESK, name="messages"),
    route("api/desk/files", views.files, to=Permission.DESK, name="files", takes=WITH_A_FILE),
    route("api/desk/command", views.command, to=Permission.DESK, name="command"),
    route("api/desk/stream", views.stream, to=Permission.DESK, name="stream"),
    route("api/desk/poll", views.poll, to=Permission.DESK, name="poll"),
]

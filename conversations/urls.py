from django.urls import include, path

from accounts.permissions import Permission
from conversations.history.views import conversation, conversations
from conversations.messages.views import file
from core.web.routes import ANYONE, route

# The sealed ticket in the address is the permission: only those who may see the file are given one.
files = [route("files/<str:ticket>/<str:name>", file, to=ANYONE, name="file")]
looking_back = [
    route("console/conversations/", conversations, to=Permission.HISTORY, name="history"),
    route(
        "console/conversations/<id:public_id>/",
        conversation,
        to=Permission.HISTORY,
        name="conversation",
    ),
]
urlpatterns = [path("", include((files, "files"))), path("", include((looking_back, "conversations")))]

from django.urls import include, path

from conversations.history.subject import CONVERSATION
from conversations.history.views import conversation, conversations, conversations_export
from conversations.messages.views import file
from core.console.subject import routes_of
from core.web.routes import ANYONE, route

# The sealed ticket in the address is the permission: only those who may see the file are given one.
files = [route("files/<str:ticket>/<str:name>", file, to=ANYONE, name="file")]
looking_back = routes_of(CONVERSATION, rows=conversations, one=conversation, export=conversations_export)
urlpatterns = [path("", include((files, "files"))), path("", include((looking_back, "conversations")))]

from conversations import views
from core.routes import ANYONE, route

app_name = "files"
# The signed ticket in the address is the permission: only those who may see the file are given one.
urlpatterns = [route("files/<str:ticket>/<str:name>", views.file, to=ANYONE, name="file")]

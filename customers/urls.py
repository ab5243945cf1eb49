from core.console.subject import routes_of
from customers.tags import views as tags
from customers.tags.subject import TAG

app_name = "customers"
urlpatterns = [
    *routes_of(TAG, rows=tags.tags, new=tags.tag_new, one=tags.tag, delete=tags.tag_delete, export=tags.tags_export),
]

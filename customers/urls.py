from core.console.subject import routes_of
from core.web.routes import route
from customers.tags import views as tags
from customers.tags.subject import TAG
from customers.tool_panels import views as tool_panels
from customers.tool_panels.subject import TOOL_PANEL

app_name = "customers"
urlpatterns = [
    *routes_of(TAG, rows=tags.tags, new=tags.tag_new, one=tags.tag, delete=tags.tag_delete, export=tags.tags_export),
    *routes_of(
        TOOL_PANEL,
        rows=tool_panels.panels,
        new=tool_panels.panel_new,
        one=tool_panels.panel,
        delete=tool_panels.panel_delete,
        export=tool_panels.panels_export,
    ),
    route(
        "console/tool-panels/<id:public_id>/secret/",
        tool_panels.panel_secret,
        to=TOOL_PANEL.permission,
        name="tool_panel_secret",
    ),
]

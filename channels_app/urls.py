from accounts.permissions import Permission
from channels_app import settings_urls, views, views_accounts, views_design
from core.bodies import WITH_A_FILE
from core.routes import ANYONE, route

MANAGE = Permission.MANAGE_CHANNELS
app_name = "channels"
urlpatterns = [
    *settings_urls.urlpatterns,
    route("console/service-accounts/", views_accounts.accounts, to=MANAGE, name="accounts"),
    route(
        "console/service-accounts/new/", views_accounts.account_new, to=MANAGE, name="account_new", takes=WITH_A_FILE
    ),
    route(
        "console/service-accounts/<id:public_id>/", views_accounts.account, to=MANAGE, name="account", takes=WITH_A_FILE
    ),
    route(
        "console/service-accounts/<id:public_id>/delete/",
        views_accounts.account_delete,
        to=MANAGE,
        name="account_delete",
    ),
    route("console/channels/", views.channels, to=MANAGE, name="channels"),
    route("console/channels/new/", views.channel_new, to=MANAGE, name="channel_new"),
    route("console/channels/<id:public_id>/", views.channel, to=MANAGE, name="channel"),
    route("console/channels/<id:public_id>/delete/", views.channel_delete, to=MANAGE, name="channel_delete"),
    route("console/channels/<id:public_id>/design/", views_design.design, to=MANAGE, name="design"),
    route("console/channels/<id:public_id>/design/preview/", views_design.preview, to=MANAGE, name="design_preview"),
    route("console/channels/<id:public_id>/design/welcome/", views_design.welcome, to=MANAGE, name="design_welcome"),
    route("console/channels/<id:public_id>/install/", views.install, to=MANAGE, name="install"),
    route("console/channels/<id:public_id>/install/allow/", views.allow, to=MANAGE, name="allow"),
    route("console/channels/<id:public_id>/qr.png", views.qr_png, to=MANAGE, name="qr_png"),
    route("console/channels/<id:public_id>/qr.svg", views.qr_svg, to=MANAGE, name="qr_svg"),
    # A face is what every visitor sees.
    route("faces/<id:public_id>/<str:name>", views_accounts.face, to=ANYONE, name="face"),
]

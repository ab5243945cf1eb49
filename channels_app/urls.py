from accounts.permissions import Permission
from channels_app.channels.views import channel, channel_delete, channel_new, channels
from channels_app.embed_codes.views import design, preview, welcome
from channels_app.install.views import allow, install, qr_png, qr_svg
from channels_app.service_accounts.views import account, account_delete, account_new, accounts, face
from core.web.bodies import WITH_A_FILE
from core.web.routes import ANYONE, route

MANAGE = Permission.MANAGE_CHANNELS
app_name = "channels"
urlpatterns = [
    route("console/service-accounts/", accounts, to=MANAGE, name="accounts"),
    route("console/service-accounts/new/", account_new, to=MANAGE, name="account_new", max_body=WITH_A_FILE),
    route("console/service-accounts/<id:public_id>/", account, to=MANAGE, name="account", max_body=WITH_A_FILE),
    route(
        "console/service-accounts/<id:public_id>/delete/",
        account_delete,
        to=MANAGE,
        name="account_delete",
    ),
    route("console/channels/", channels, to=MANAGE, name="channels"),
    route("console/channels/new/", channel_new, to=MANAGE, name="channel_new"),
    route("console/channels/<id:public_id>/", channel, to=MANAGE, name="channel"),
    route("console/channels/<id:public_id>/delete/", channel_delete, to=MANAGE, name="channel_delete"),
    route("console/channels/<id:public_id>/design/", design, to=MANAGE, name="design"),
    route("console/channels/<id:public_id>/design/preview/", preview, to=MANAGE, name="design_preview"),
    route("console/channels/<id:public_id>/design/welcome/", welcome, to=MANAGE, name="design_welcome"),
    route("console/channels/<id:public_id>/install/", install, to=MANAGE, name="install"),
    route("console/channels/<id:public_id>/install/allow/", allow, to=MANAGE, name="allow"),
    route("console/channels/<id:public_id>/qr.png", qr_png, to=MANAGE, name="qr_png"),
    route("console/channels/<id:public_id>/qr.svg", qr_svg, to=MANAGE, name="qr_svg"),
    # A face is what every visitor sees.
    route("faces/<id:public_id>/<str:name>", face, to=ANYONE, name="face"),
]

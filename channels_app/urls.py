from accounts.permissions import Permission
from channels_app.channels.subject import CHANNEL
from channels_app.channels.views import channel, channel_delete, channel_new, channels, channels_export, channels_on
from channels_app.embed_codes.views import design, preview, welcome
from channels_app.install.views import allow, install, qr_png, qr_svg
from channels_app.service_accounts.subject import SERVICE_ACCOUNT
from channels_app.service_accounts.views import (
    account,
    account_delete,
    account_new,
    accounts,
    accounts_export,
    face,
)
from core.console.subject import routes_of
from core.web.bodies import WITH_A_FILE
from core.web.routes import ANYONE, route

MANAGE = Permission.MANAGE_CHANNELS
app_name = "channels"
urlpatterns = [
    *routes_of(
        SERVICE_ACCOUNT,
        rows=accounts,
        new=account_new,
        one=account,
        delete=account_delete,
        export=accounts_export,
        max_body=WITH_A_FILE,
    ),
    route("console/channels/on/", channels_on, to=MANAGE, name="channels_on"),
    *routes_of(
        CHANNEL,
        rows=channels,
        new=channel_new,
        one=channel,
        delete=channel_delete,
        export=channels_export,
    ),
    route("console/channels/<id:public_id>/design/", design, to=MANAGE, name="design"),
    route("console/channels/<id:public_id>/design/preview/", preview, to=MANAGE, name="design_preview"),
    route("console/channels/<id:public_id>/design/welcome/", welcome, to=MANAGE, name="design_welcome"),
    route("console/channels/<id:public_id>/install/", install, to=MANAGE, name="install"),
    route("console/channels/<id:public_id>/install/allow/", allow, to=MANAGE, name="allow"),
    route("console/channels/<id:public_id>/qr.png", qr_png, to=MANAGE, name="qr_png"),
    route("console/channels/<id:public_id>/qr.svg", qr_svg, to=MANAGE, name="qr_svg"),
    # Public: every visitor sees it.
    route("faces/<id:public_id>/<str:name>", face, to=ANYONE, name="face"),
]

"""The loader that sites embed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from channels_app.embed_codes.colors import text_on
from channels_app.embed_codes.icons import DRAWINGS, SPEECH
from channels_app.models import Channel
from channels_app.origins import ANY
from core.errors import NotFound
from core.live.wire import milliseconds
from core.web.addresses import public_origin
from widget.access import channel_of, is_allowed
from widget.loader.render import LoaderConfig, render_loader, source_digest
from widget.loader.seen import note_installation

# A page view within two minutes asks for nothing; one within the next three shows what is known and asks behind it.
LOADER_CACHE = "public, max-age=120, stale-while-revalidate=180"
# A channel that is switched on (again) is there soon, and a site full of visitors does not ask for each of them.
NO_LOADER_CACHE = "public, max-age=60"
NO_LOADER = "// kefu: this chat does not exist, or is switched off.\n"
SCRIPT = "text/javascript; charset=utf-8"


@require_safe
def loader(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`/w/<channel>.js`: a few minutes in caches, so that a change reaches all sites without a new snippet.

    Whoever asks for it shows the snippet: the browser says on which site. A page whose channel is gone gets a script
    all the same: anything else would be a second, puzzling error in its console.
    """
    try:
        channel = channel_of(public_id)
    except NotFound:
        return _cached_everywhere(HttpResponse(NO_LOADER, content_type=SCRIPT, status=NotFound.status), NO_LOADER_CACHE)
    note_installation(request, channel, design_version=channel.design_version)
    changed = f"{milliseconds(channel.changed_at)}-{loader_version(channel)}"
    etag = quote_etag(f"{channel.public_id}-{changed}-{source_digest()}")
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        render_loader(loader_config(request, channel)), content_type=SCRIPT
    )
    response.headers["ETag"] = etag
    # Whoever is let in now, and looks again, has the button: what says no is kept nowhere.
    return _cached_everywhere(response, LOADER_CACHE if is_allowed(request, channel) else "no-cache")


def _cached_everywhere(response: HttpResponseBase, how: str) -> HttpResponseBase:
    """For any site, and for the caches on the way there."""
    response.headers["Cache-Control"] = how
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def loader_version(channel: Channel) -> str:
    """Of the loader and of the design that is baked in: the frame reports it back as `v`."""
    return f"{settings.LOADER_VERSION}.{channel.design_version}"


def loader_config(request: HttpRequest, channel: Channel) -> LoaderConfig:
    """What is baked into the loader of a channel."""
    return LoaderConfig(
        channel=channel.public_id,
        origin=public_origin(request),
        version=loader_version(channel),
        icon=DRAWINGS.get(channel.icon, SPEECH),
        color=channel.color,
        on_color=text_on(channel.color),
        side="start" if channel.side == "start" else "end",
        x=channel.offset_x,
        y=channel.offset_y,
        sites=None if ANY in channel.origins else (*channel.origins, public_origin(request)),
    )

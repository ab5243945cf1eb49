"""The loader script that sites embed."""

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

# Fresh for two minutes; for three more a stale copy is shown while the browser fetches a new one.
LOADER_CACHE = "public, max-age=120, stale-while-revalidate=180"
# A channel that is switched on again appears within a minute, without a request per page view until then.
NO_LOADER_CACHE = "public, max-age=60"
NO_LOADER = "// kefu: this chat does not exist, or is switched off.\n"
SCRIPT = "text/javascript; charset=utf-8"


@require_safe
def loader(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """`/w/<channel>.js`: cached for minutes, so that changes reach all sites without a new snippet.

    Each request is a sighting of the snippet (`seen.py`). For a channel that is gone the 404 is a script too, so that
    the site's console does not show a second error.
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
    # A refusal is not cached, so that a site has the button right after it was allowed.
    return _cached_everywhere(response, LOADER_CACHE if is_allowed(request, channel) else "no-cache")


def _cached_everywhere(response: HttpResponseBase, how: str) -> HttpResponseBase:
    """Adds headers by which any site may load it and shared caches may keep it."""
    response.headers["Cache-Control"] = how
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def loader_version(channel: Channel) -> str:
    """The version of the loader and of the published design; the frame sends it back as `v`."""
    return f"{settings.LOADER_VERSION}.{channel.design_version}"


def loader_config(request: HttpRequest, channel: Channel) -> LoaderConfig:
    """The configuration of the channel's loader."""
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

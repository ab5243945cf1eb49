"""Attachments at encrypted addresses."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from conversations.models import Attachment
from core.errors import NotFound
from core.files import media, pictures
from core.files.ranges import NotSatisfiable, Part, range_of
from core.files.store import FILE_POLICY, MEDIA_POLICY, PICTURE_POLICY, open_file
from core.files.tickets import read_ticket
from core.tenancy.scope import tenant_scope

SHOWN = dict.fromkeys(pictures.MEDIA_TYPES.values(), PICTURE_POLICY) | dict.fromkeys(
    media.MEDIA_TYPES.values(), MEDIA_POLICY
)


@require_GET
def file(request: HttpRequest, ticket: str, name: str) -> HttpResponseBase:
    """Shows a picture, plays sound and video, also from the middle, downloads any other file; nothing can run in it.
    404 for a recalled message."""
    tenant_id, public_id = read_ticket(ticket)
    with tenant_scope(tenant_id):
        attachment = Attachment.objects.filter(public_id=public_id).first()
        if attachment is None or attachment.messages.filter(recalled_at__isnull=False).exists():
            raise NotFound
    response = _answer(attachment, request.headers.get("Range", ""))
    response.headers["Content-Security-Policy"] = SHOWN.get(attachment.media_type, FILE_POLICY)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _answer(attachment: Attachment, wanted: str) -> HttpResponseBase:
    try:
        part = range_of(wanted, attachment.size)
    except NotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{attachment.size}"})
    found = open_file(attachment.path)
    response = FileResponse(
        found if part is None else Part(found, *part),
        status=200 if part is None else 206,
        as_attachment=attachment.media_type not in SHOWN,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    if part is not None:
        begin, end = part
        response.headers["Content-Range"] = f"bytes {begin}-{end}/{attachment.size}"
        response.headers["Content-Length"] = str(end - begin + 1)
    return response

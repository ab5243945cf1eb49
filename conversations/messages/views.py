"""Attachments at encrypted addresses."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from conversations.models import Attachment
from core.errors import NotFound
from core.files import pictures
from core.files.store import FILE_POLICY, PICTURE_POLICY, open_file
from core.files.tickets import read_ticket
from core.tenancy.scope import tenant_scope


@require_GET
def file(request: HttpRequest, ticket: str, name: str) -> HttpResponseBase:
    """Shows a picture, downloads any other file; nothing can run in it. 404 for a recalled message."""
    tenant_id, public_id = read_ticket(ticket)
    with tenant_scope(tenant_id):
        attachment = Attachment.objects.filter(public_id=public_id).first()
        if attachment is None or attachment.messages.filter(recalled_at__isnull=False).exists():
            raise NotFound
    picture = attachment.media_type in pictures.MEDIA_TYPES.values()
    response = FileResponse(
        open_file(attachment.path),
        as_attachment=not picture,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    response.headers["Content-Security-Policy"] = PICTURE_POLICY if picture else FILE_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

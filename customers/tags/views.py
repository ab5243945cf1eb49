"""The pages of tags."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.exporting import export_of
from core.console.subject import delete_of, edit_of, list_of, new_of
from core.web.request import TenantRequest
from customers.models import Tag
from customers.tags import actions
from customers.tags.forms import TagForm
from customers.tags.subject import TAG


@require_GET
def tags(request: TenantRequest) -> HttpResponseBase:
    """The list."""
    return list_of(TAG, request)


@require_POST
def tags_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file."""
    return export_of(TAG, request)


@require_http_methods(["GET", "POST"])
def tag_new(request: TenantRequest) -> HttpResponseBase:
    """A new one."""
    return new_of(TAG, request, form=TagForm, add=actions.add_tag)


@require_http_methods(["GET", "POST"])
def tag(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One, to be changed."""
    return edit_of(TAG, request, public_id, form=TagForm.of, change=actions.change_tag)


@require_http_methods(["GET", "POST"])
def tag_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The question, and its answer."""
    return delete_of(TAG, request, public_id, delete=actions.delete_tag, question=_question)


def _question(found: Tag) -> dict[str, Any]:
    used = found.uses.count()
    text = ngettext("%(n)d customer loses this tag.", "%(n)d customers lose this tag.", used)
    return {"text": text % {"n": used}}

"""Subjects: what the console lists, adds, changes and deletes, by one declaration in `<app>/<noun>/subject.py`.

    GROUP = register(Subject(
        "group", page="accounts:group", home="accounts:groups", address="console/groups/",
        permission=Permission.MANAGE_TEAM, icon="user-group", section="team", place=20,
        words=Words(one=_("Agent group"), many=_("Agent groups"), new=_("New group"), none=_("No groups yet")),
        objects=Group.objects.all, columns=(Column("name", _("Name"), "name", link=True), …), default="-sort",
        audited=("name", "sort"),
    ))

From it come the list with heads, orders, cells, cards and Excel file, what stands around the forms, breadcrumbs, the
entry of the navigation, addresses with their permission, and the words of the audit log. The views are functions
(`list_of`, `new_of`, `edit_of`, `delete_of`) over `Listing`, `new_page` and `edit_page`; a page that needs more calls
those directly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import URLPattern, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.console.columns import Column, Keys, sorts_of
from core.console.editing import Change, VersionedForm, edit_page, new_page
from core.console.filters import FilterForm, NoFilter
from core.console.listing import Listing, list_page
from core.console.pages import done, page
from core.console.spreadsheet import MAX_ROWS
from core.errors import NotFound, Refusal
from core.rows import one_or_404, valid_id
from core.settings.levels import Level
from core.web.request import TenantRequest
from core.web.routes import View, route

Text = str | Promise
Show = Callable[[Any], str]


def always(row: Any, reader: Actor) -> bool:
    """For every row."""
    return True


def never(row: Any, reader: Actor) -> bool:
    """For none."""
    return False


@dataclass(frozen=True)
class Words:
    """What the pages of a subject say. `none` is an empty list, and `why` what one makes such a thing for."""

    one: Text
    many: Text
    none: Text
    new: Text = ""
    lead: Text = ""
    why: Text = ""


@dataclass(frozen=True)
class Link:
    """One more way on from a row: a page of its own by URL name, or a question that opens in the dialog (`asks`).

    What `sends` something is no page but what the list does with ticked rows: the row alone is sent to that address,
    which acts, or answers with a question for the dialog. `shown` says for which rows, given who reads.
    """

    to: str
    label: Text
    icon: str
    asks: bool = False
    sends: Mapping[str, str] = field(default_factory=dict)
    shown: Callable[[Any, Actor], bool] = field(default=always, compare=False)


@dataclass(frozen=True)
class Detail:
    """Something that the audit log tells of a row without a column of its own; `show` says a stored value in words."""

    name: str
    label: Text
    show: Show | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Subject:
    """A noun of the console.

    - `kind` names it in the audit log, `home` is its list (a URL name) at `address`, for who has `permission`. `page`
      is the page of one of its rows; of "accounts:group" are "accounts:group_new" and "accounts:group_delete". What
      comes after the colon is the keyword by which actions take a row's public id. Without a word for a new one there
      is neither: it is for reading. `opens_for` may open all of its pages, where a list shows not everybody all rows.
    - `section` and `place`: where the navigation has it (`kefu/console/navigation.py`), small numbers first.
    - `objects` are the rows that there are, `rows` as the list shows them to who reads; `filters` narrows them (a
      form of the address and, as `reader`, of who reads), `default` is the usual order, `dear` adds to the rows of one
      page, or to some of a file, what is dear to work out for who reads.
    - `title` is the attribute that a row is called by, dotted where another row has it. `links` are ways on from a row;
      one more asks whether to delete it, of those that `deletes`, given who reads. `ticks` is a template with what
      can be done with the ticked rows.
    - `audited` is what the audit log tells of a row: names of columns, and details without one. `snapshot_of` takes it
      from a row, where it is more than attributes. `acts` are what is done to it beside adding, changing and deleting
      it; where it is a place of settings, `level` says of which.
    - `exports`: who may export can take the list away, so many rows at most; `exported_as` are name and words of the
      entry's kind, where that is not the kind of the rows.
    - `list_template`, `form_template`: those that draw more than the plain ones, which they extend.
    """

    kind: str
    words: Words
    columns: tuple[Column, ...]
    default: str
    home: str
    address: str
    permission: str
    icon: str
    section: str
    place: int
    page: str = ""
    opens_for: str = ""
    objects: "Callable[[], QuerySet[Any]] | None" = field(default=None, compare=False)
    rows: Callable[[Actor], Any] | None = field(default=None, compare=False)
    filters: Callable[..., FilterForm] = field(default=NoFilter, compare=False)
    dear: Callable[..., Any] | None = field(default=None, compare=False)
    per_page: int = 50
    title: str = "name"
    links: tuple[Link, ...] = ()
    deletes: Callable[[Any, Actor], bool] = field(default=always, compare=False)
    ticks: str = ""
    audited: tuple[str | Detail, ...] = ()
    snapshot_of: Callable[[Any], dict[str, Any]] | None = field(default=None, compare=False)
    acts: Mapping[str, Text] = field(default_factory=dict, compare=False)
    level: Level | None = None
    exports: bool = False
    max_exported: int = MAX_ROWS
    exported_as: tuple[str, Text] | None = None
    list_template: str = "console/list.html"
    form_template: str = "console/form.html"

    # --- addresses ------------------------------------------------------------------------------------------------

    @property
    def noun(self) -> str:
        """The keyword of actions for a row's public id, and the name of the row in templates."""
        return self.page.partition(":")[2]

    @property
    def new_page(self) -> str:
        """Where one is added; none where nobody can."""
        return f"{self.page}_new" if self.page and self.words.new else ""

    @property
    def delete_page(self) -> str:
        """Where one is deleted; none where nobody can."""
        return f"{self.page}_delete" if self.new_page else ""

    @property
    def export_page(self) -> str:
        """Where the list is taken away."""
        return f"{self.home}_export" if self.exports else ""

    @property
    def export_kind(self) -> str:
        """What the audit log calls it when the list is taken away."""
        return self.exported_as[0] if self.exported_as else self.kind

    def address_of(self, row: Any) -> str:
        """The page of a row."""
        return reverse(self.page, args=[row.public_id])

    def crumbs(self, last: Text) -> list[tuple[Text, str]]:
        """The way to a page of the subject."""
        return [(self.words.many, reverse(self.home)), (last, "")]

    # --- rows -----------------------------------------------------------------------------------------------------

    @property
    def sorts(self) -> dict[str, Keys]:
        """What the list can be ordered by."""
        return sorts_of(self.columns)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """Those of the page."""
        return tuple(each for each in self.columns if each.on_page)

    def title_of(self, row: Any) -> str:
        """What a row is called."""
        return str(attrgetter(self.title)(row))

    def row(self, public_id: str) -> Any:
        """One of them; raises `NotFound`."""
        assert self.objects is not None  # noqa: S101 – what has pages has rows
        return one_or_404(self.objects().filter(public_id=valid_id(public_id)))

    @cached_property
    def row_links(self) -> tuple[Link, ...]:
        """Everything that may be offered to do with a row beside opening it."""
        asked = Link(self.delete_page, gettext_lazy("Delete"), "trash", asks=True, shown=self.deletes)
        return (*self.links, asked) if self.delete_page else self.links

    @property
    def icons(self) -> list[str]:
        """Those of the rows' menus, each once."""
        return list(dict.fromkeys(("ellipsis-horizontal", *(each.icon for each in self.row_links))))

    def links_of(self, row: Any, reader: Actor) -> list[Link]:
        """What the list offers to do with a row beside opening it."""
        return [each for each in self.row_links if each.shown(row, reader)]

    # --- audit ----------------------------------------------------------------------------------------------------

    @property
    def details(self) -> list[Detail]:
        """What the audit log tells of a row, each with its label and its words."""
        known = {each.name: each for each in self.columns}
        return [each if isinstance(each, Detail) else _detail_of(known[each]) for each in self.audited]

    def snapshot(self, row: Any) -> dict[str, Any]:
        """That, of a row as it is now."""
        if self.snapshot_of is not None:
            return self.snapshot_of(row)
        return {each.name: getattr(row, each.name) for each in self.details}


def _detail_of(column: Column) -> Detail:
    words = column.words
    return Detail(column.name, column.label, None if words is None else lambda stored: str(words.get(stored, stored)))


# --- all of them --------------------------------------------------------------------------------------------------


_subjects: dict[str, Subject] = {}
LastChange = Callable[[str, int], Change | None]
_last_change: list[LastChange] = []


def register(subject: Subject) -> Subject:
    """Make a subject known."""
    _subjects[subject.kind] = subject
    return subject


def subjects() -> list[Subject]:
    """All that are known."""
    return list(_subjects.values())


def find_subjects() -> None:
    """Read the `subject.py` of every noun, so that all are known whoever asks first."""
    for app in apps.get_app_configs():
        if Path(app.path).parent == settings.BASE_DIR:
            for path in sorted(Path(app.path).glob("*/subject.py")):
                import_module(f"{app.name}.{path.parent.name}.{path.stem}")


def connect(last_change: LastChange) -> None:
    """Who knows who saved last: the audit log, which lies above."""
    _last_change[:] = [last_change]


def routes_of(
    subject: Subject,
    *,
    rows: View,
    new: View | None = None,
    one: View | None = None,
    delete: View | None = None,
    export: View | None = None,
    **limits: int,
) -> list[URLPattern]:
    """The addresses of a subject's pages, each with the subject's permission; `limits` are those of `route`."""
    row = f"{subject.address}<id:public_id>/"
    doors = [
        (subject.address, rows, subject.home, {}),
        (f"{subject.address}export/", export, subject.export_page, {}),
        (f"{subject.address}new/", new, subject.new_page, limits),
        (row, one, subject.page, limits),
        (f"{row}delete/", delete, subject.delete_page, {}),
    ]
    return [
        route(pattern, view, to=subject.permission, name=name.partition(":")[2], **extent)
        for pattern, view, name, extent in doors
        if view is not None
    ]


# --- pages --------------------------------------------------------------------------------------------------------


def listing_of(subject: Subject, request: TenantRequest) -> Listing[Any]:
    """The rows that the address means."""
    reader = request.user.actor()
    rows = subject.rows if subject.rows is not None else lambda reader: subject.objects()  # type: ignore[misc]
    return Listing(
        request,
        rows=rows(reader),
        sorts=subject.sorts,
        default=subject.default,
        filters=partial(subject.filters, reader=reader),
        per_page=subject.per_page,
        columns=partial(subject.dear, reader=reader) if subject.dear is not None else None,
    )


def list_of(subject: Subject, request: TenantRequest, *, context: Mapping[str, Any] | None = None) -> HttpResponseBase:
    """The list; `context` is what its own template shows beside the rows."""
    content = {"subject": subject, **(context or {})}
    return list_page(request, listing_of(subject, request), subject.list_template, "console/_list.html", content)


def new_of(
    subject: Subject,
    request: TenantRequest,
    *,
    form: Callable[[Any, Any], Any],
    add: Callable[..., Any],
    then: Callable[[Any], tuple[str, Text]] | None = None,
) -> HttpResponseBase:
    """A new one: `form` of what was sent and its files, `add` the action. On to the list, or where `then` says of the
    one that was made, with what the next page says."""

    def save(sent: VersionedForm) -> HttpResponseBase:
        made = add(actor=request.user.actor(), **sent.arguments())
        return done(request, *(then(made) if then else (subject.home, _("Saved."))))

    return new_page(
        request,
        subject.form_template,
        form=lambda data: form(data, _files(request, data)),
        save=save,
        context={"subject": subject, "breadcrumbs": subject.crumbs(subject.words.new)},
    )


def edit_of(
    subject: Subject,
    request: TenantRequest,
    public_id: str,
    *,
    form: Callable[[Any, Any, Any], VersionedForm],
    change: Callable[..., Any],
    context: Callable[[Any], Mapping[str, Any]] = lambda row: {},
    then: str = "",
) -> HttpResponseBase:
    """One of them, to be changed: `form` of the row, what was sent and its files; `change` the action; `context` what
    stands around the form. Then on to the list, or to the address `then`."""

    def save(found: Any, sent: VersionedForm) -> HttpResponseBase:
        change(actor=request.user.actor(), **{subject.noun: public_id}, version=sent.seen, **sent.arguments())
        return done(request, then or subject.home, _("Saved."))

    return edit_page(
        request,
        subject.form_template,
        load=lambda: subject.row(public_id),
        form=lambda found, data: form(found, data, _files(request, data)),
        context=lambda found, sent: {
            **page_context(subject, found),
            "deletes": subject.deletes(found, request.user.actor()),
            **context(found),
        },
        save=save,
        change=lambda found: _last_change[0](subject.kind, found.pk),
    )


def delete_of(
    subject: Subject,
    request: TenantRequest,
    public_id: str,
    *,
    delete: Callable[..., Any],
    question: Callable[[Any], Mapping[str, Any]] = lambda row: {},
    stays: bool = False,
) -> HttpResponseBase:
    """The question, and its answer. `question` adds what is lost, or says (in a `text`, with an empty `submit`) why it
    cannot be. A refusal of the action is told on the row's page, or where it `stays` in place of the question."""
    row = subject.row(public_id)
    name, address, refused = {"name": subject.title_of(row)}, subject.address_of(row), ""
    if request.method == "POST":
        try:
            delete(actor=request.user.actor(), **{subject.noun: public_id})
            return done(request, subject.home, _("%(name)s was deleted.") % name)
        except NotFound:
            raise
        except Refusal as refusal:
            refused = str(refusal)
            if not stays:
                return done(request, address, refused, "bad")
    asked = {"text": refused, "submit": ""} if refused else question(row)
    content = {
        "heading": _("Delete %(name)s?") % name,
        "text": _("This cannot be undone."),
        "submit": _("Delete"),
        **asked,
        "action": request.path,
        "back": address,
    }
    status = Refusal.status if refused else 200
    return page(request, "console/confirm.html", content, fragment="parts/_confirm.html", status=status)


def page_context(subject: Subject, row: Any) -> dict[str, Any]:
    """What every page of a row has around itself."""
    title = subject.title_of(row)
    return {"subject": subject, "row": row, subject.noun: row, "title": title, "breadcrumbs": subject.crumbs(title)}


def _files(request: HttpRequest, data: QueryDict | None) -> Any:
    return None if data is None else request.FILES

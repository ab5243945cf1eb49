"""Subjects: nouns that the console lists, adds, changes and deletes, by one declaration in `<app>/<noun>/subject.py`.

    GROUP = register(Subject(
        "group", page="accounts:group", home="accounts:groups", address="console/groups/",
        permission=Permission.MANAGE_TEAM, icon="user-group", section="team", place=20,
        words=Words(one=_("Agent group"), many=_("Agent groups"), new=_("New group"), none=_("No groups yet")),
        objects=Group.objects.all, columns=(Column("name", _("Name"), "name", link=True), …), default="-sort",
        audited=("name", "sort"),
    ))

It yields the list with headings, sorting, cells, cards and Excel file, the frame of its forms, breadcrumbs, the
navigation item, routes with their permission, and the audit log's labels. The views are functions (`list_of`, `new_of`,
`edit_of`, `delete_of`) over `Listing`, `new_page` and `edit_page`; a page that needs more calls those directly.
"""

from collections.abc import Callable, Mapping, Sequence
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
    """For no row."""
    return False


@dataclass(frozen=True)
class Words:
    """Texts of a subject's pages. `none` is shown on an empty list, `why` explains what such an object is for."""

    one: Text
    many: Text
    none: Text
    new: Text = ""
    lead: Text = ""
    why: Text = ""


@dataclass(frozen=True)
class Link:
    """An action in a row's menu: a page by URL name, or with `asks` a question in the dialog.

    `shown` decides by row and reader.
    """

    to: str
    label: Text
    icon: str
    asks: bool = False
    sends: Mapping[str, str] = field(default_factory=dict)
    shown: Callable[[Any, Actor], bool] = field(default=always, compare=False)


@dataclass(frozen=True)
class Detail:
    """An audited value without a column; `show` formats a stored value."""

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
      form of the address and, as `reader`, of who reads), `default` is the usual order. `by_key` reads the rows of one
      page, or some of a file, by their keys, in that order: with what is expensive to work out, for who reads, and by a
      statement of its own, where the ORM would take longer than the database. `by_filter` then adds what depends on the
      filter.
    - `title` is the attribute that a row is called by, dotted where another row has it. `links` are ways on from a row;
      one more asks whether to delete it, of those that `deletes`, given who reads. `ticks` is a template with what
      can be done with the ticked rows.
    - `audited` is what the audit log tells of a row: names of columns, and details without one. `snapshots_of` takes it
      from rows, where it is more than attributes. `acts` are what is done to it beside adding, changing and deleting
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
    by_key: Callable[[Sequence[int], Actor], Sequence[Any]] | None = field(default=None, compare=False)
    by_filter: Callable[[Sequence[Any], FilterForm, Actor], Sequence[Any]] | None = field(default=None, compare=False)
    per_page: int = 50
    title: str = "name"
    links: tuple[Link, ...] = ()
    deletes: Callable[[Any, Actor], bool] = field(default=always, compare=False)
    ticks: str = ""
    audited: tuple[str | Detail, ...] = ()
    snapshots_of: Callable[[Sequence[Any]], list[dict[str, Any]]] | None = field(default=None, compare=False)
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
        """The keyword by which actions take a row's public id, and the row's name in templates."""
        return self.page.partition(":")[2]

    @property
    def new_page(self) -> str:
        """The URL name of the page that adds a row; "" where rows cannot be added."""
        return f"{self.page}_new" if self.page and self.words.new else ""

    @property
    def delete_page(self) -> str:
        """Where one is deleted; none where nobody can."""
        return f"{self.page}_delete" if self.new_page else ""

    @property
    def export_page(self) -> str:
        """The URL name of the export."""
        return f"{self.home}_export" if self.exports else ""

    @property
    def export_kind(self) -> str:
        """The audit kind of exports."""
        return self.exported_as[0] if self.exported_as else self.kind

    def address_of(self, row: Any) -> str:
        """The address of a row's page."""
        return reverse(self.page, args=[row.public_id])

    def crumbs(self, last: Text) -> list[tuple[Text, str]]:
        """The breadcrumbs of a page."""
        return [(self.words.many, reverse(self.home)), (last, "")]

    # --- rows -----------------------------------------------------------------------------------------------------

    @property
    def sorts(self) -> dict[str, Keys]:
        """Sort key in addresses → what is ordered by."""
        return sorts_of(self.columns)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns of the page."""
        return tuple(each for each in self.columns if each.on_page)

    def title_of(self, row: Any) -> str:
        """What a row is called."""
        return str(attrgetter(self.title)(row))

    def row(self, public_id: str) -> Any:
        """A row; raises `NotFound`."""
        assert self.objects is not None  # noqa: S101 – what has pages has rows
        return one_or_404(self.objects().filter(public_id=valid_id(public_id)))

    @cached_property
    def row_links(self) -> tuple[Link, ...]:
        """Everything that may be offered to do with a row beside opening it."""
        asked = Link(self.delete_page, gettext_lazy("Delete"), "trash", asks=True, shown=self.deletes)
        return (*self.links, asked) if self.delete_page else self.links

    @property
    def icons(self) -> list[str]:
        """The icons of the rows' menus, without repetitions."""
        return list(dict.fromkeys(("ellipsis-horizontal", *(each.icon for each in self.row_links))))

    def links_of(self, row: Any, reader: Actor) -> list[Link]:
        """The entries of a row's menu for a reader."""
        return [each for each in self.row_links if each.shown(row, reader)]

    # --- audit ----------------------------------------------------------------------------------------------------

    @property
    def details(self) -> list[Detail]:
        """The audited values, with label and format."""
        known = {each.name: each for each in self.columns}
        return [each if isinstance(each, Detail) else _detail_of(known[each]) for each in self.audited]

    def snapshot(self, row: Any) -> dict[str, Any]:
        """The audited values of a row."""
        return self.snapshots([row])[0]

    def snapshots(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """The same of several, in their order."""
        if self.snapshots_of is not None:
            return self.snapshots_of(rows)
        return [{each.name: getattr(row, each.name) for each in self.details} for row in rows]


def _detail_of(column: Column) -> Detail:
    words = column.words
    return Detail(column.name, column.label, None if words is None else lambda stored: str(words.get(stored, stored)))


# --- all of them --------------------------------------------------------------------------------------------------


_subjects: dict[str, Subject] = {}
LastChange = Callable[[str, int], Change | None]
_last_change: list[LastChange] = []


def register(subject: Subject) -> Subject:
    """Adds a subject to the registry; returns it."""
    _subjects[subject.kind] = subject
    return subject


def subjects() -> list[Subject]:
    """All registered subjects."""
    return list(_subjects.values())


def find_subjects() -> None:
    """Imports the `subject.py` of every noun, which registers it."""
    for app in apps.get_app_configs():
        if Path(app.path).parent == settings.BASE_DIR:
            for path in sorted(Path(app.path).glob("*/subject.py")):
                import_module(f"{app.name}.{path.parent.name}.{path.stem}")


def connect(last_change: LastChange) -> None:
    """Registers the function that finds the last change of a row; called by the audit log, a higher layer."""
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

    def read(keys: Sequence[int]) -> Sequence[Any]:
        found = subject.by_key(keys, reader)  # type: ignore[misc]
        return found if subject.by_filter is None else subject.by_filter(found, listing.form, reader)

    listing: Listing[Any] = Listing(
        request,
        rows=rows(reader),
        sorts=subject.sorts,
        default=subject.default,
        filters=partial(subject.filters, reader=reader),
        per_page=subject.per_page,
        by_key=read if subject.by_key is not None else None,
    )
    return listing


def list_of(subject: Subject, request: TenantRequest, *, context: Mapping[str, Any] | None = None) -> HttpResponseBase:
    """The list; `context` is for a template of its own."""
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
    """The page of a new row: `form` from the sent data and files, `add` the action. Redirects to the list, or where
    `then` says for the new row, with a message."""

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
    """The page that changes a row: `form` from the row, the sent data and files, `change` the action, `context` the
    rest of the page. Redirects to the list, or to the address `then`."""

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
    """The question before deleting, and the deletion. `question` adds details, or (a `text` with an empty `submit`) why
    it is impossible. A refusal is shown on the row's page, or with `stays` in place of the question."""
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
    """The context of every page of a row."""
    title = subject.title_of(row)
    return {"subject": subject, "row": row, subject.noun: row, "title": title, "breadcrumbs": subject.crumbs(title)}


def _files(request: HttpRequest, data: QueryDict | None) -> Any:
    return None if data is None else request.FILES

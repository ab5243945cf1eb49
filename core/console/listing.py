"""Lists whose whole state is in the address: filter, order, page.

    listing = Listing(request, rows=agents(), filters=AgentFilter, sorts={"name": ("nickname",)}, default="name")

Every address gives a list: a page beyond the last is the last, an invalid day counts as absent, and any other invalid
value is named and matches nothing, so that a filter by a deleted group does not show everybody. Two queries, whatever
the number of rows: the count, and the rows of the page. Neither goes through all of a long history: rows are counted up
to `MAX_COUNTED`, and pages reach `MAX_ROWS`; further ones need a filter or the reverse order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from core.console.filters import FilterForm, NoFilter, value_text
from core.console.pages import page as answer

Row = TypeVar("Row")
Rows = QuerySet[Any] | Sequence[Any]
PER_PAGE = (20, 50, 100, 200)
SORT, PER, PAGE = "sort", "per", "page"
EVERYTHING = "?all="  # the usual order without a filter, for who has another default
MIN_FILTERS_TO_SAVE = 2  # fields of a filter
LONGEST_NUMBER = 10  # digits
MAX_ROWS = 10_000  # that pages reach
MAX_COUNTED = MAX_ROWS  # of more it is only known that there are more; at least as many as pages reach
CHUNK = 1000  # rows of a file that are asked for at once


class Chip(NamedTuple):
    """One filter in effect: label and value as text, the address without it, and the field that a script may clear
    instead."""

    label: str
    value: str
    address: str
    field: str = ""


class View(Protocol):
    """A saved view: a name for the query string of a list."""

    @property
    def public_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def is_default(self) -> bool: ...


ByKey = Callable[[Sequence[int]], Sequence[Any]]  # rows with these keys, in their order
SavedViews = Callable[[HttpRequest], Sequence[View]]
_saved_views: list[SavedViews] = []


def connect(saved_views: SavedViews) -> None:
    """Registers the function that reads the reader's saved views; called by a higher layer."""
    _saved_views[:] = [saved_views]


class ReachedPage(Page[Any]):
    """A page whose last row need not be the last of all."""

    def end_index(self) -> int:
        """The number of its last row."""
        return min(self.number * self.paginator.per_page, self.paginator.count)


class Pages(Paginator):  # type: ignore[type-arg]
    """The pages of a list; `by_key` reads the rows of one page by their keys."""

    def __init__(self, rows: Rows, per_page: int, by_key: ByKey | None = None) -> None:
        super().__init__(rows, per_page)
        self._by_key = by_key

    @cached_property
    def count(self) -> int:
        """The number of rows, or `MAX_COUNTED` and one."""
        rows = self.object_list
        return rows.order_by()[: MAX_COUNTED + 1].count() if isinstance(rows, QuerySet) else len(rows)

    @cached_property
    def num_pages(self) -> int:
        """The number of pages that are reachable."""
        return min(int(super().num_pages), -(-MAX_ROWS // self.per_page))

    def _get_page(self, rows: Any, number: int, paginator: Any) -> Page[Any]:
        if self._by_key is not None:
            rows = self._by_key(list(rows.values_list("pk", flat=True)))
        return ReachedPage(rows, number, paginator)


class Listing(Generic[Row]):
    """One page of rows, and the addresses of other pages.

    `rows` is a queryset, a sequence, or a function from the filled form to a sequence; for sequences `sorts` name
    attributes or keys. `filters` makes the form of an address. `sorts` maps sort keys in addresses to what is ordered
    by; `default` is such a key, with "-" for descending. `by_key` reads the rows of a page, or some of a file, with
    what only these need: joins, subqueries, what is worked out for who reads.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        rows: Rows | Callable[[Any], Sequence[Any]],
        sorts: Mapping[str, tuple[Any, ...]],
        default: str,
        filters: Callable[[QueryDict], FilterForm] = NoFilter,
        per_page: int = 50,
        by_key: ByKey | None = None,
    ) -> None:
        self.path = request.path
        self._request, self._given = request, request.GET
        self._sorts, self._default, self._per_default = sorts, default, per_page
        self._by_key = by_key
        self.form = filters(request.GET)
        self.form.is_valid()
        self._narrowed = rows(self.form) if callable(rows) else self._narrow(rows)

    def _narrow(self, rows: Rows) -> Rows:
        if self.form.matches_nothing and isinstance(rows, QuerySet):
            rows = rows.none()
        narrowed: Rows = self.form.narrow(rows)
        return narrowed

    # --- sorting --------------------------------------------------------------------------------------------------

    @cached_property
    def order(self) -> str:
        """The sort key in effect, such as "-name"."""
        wanted = self._given.get(SORT, "")
        return wanted if wanted.removeprefix("-") in self._sorts else self._default

    @property
    def sort(self) -> str:
        """The sort key without direction."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the order is descending."""
        return self.order.startswith("-")

    @cached_property
    def rows(self) -> Any:
        """All rows that are meant, in order."""
        keys = self._sorts[self.sort]
        if not isinstance(self._narrowed, QuerySet):
            return in_order(self._narrowed, keys, descending=self.descending)
        orders = [reversed_order(key) if self.descending else key for key in (*keys, "pk")]
        return self._narrowed.order_by(*orders)

    @property
    def every_row(self) -> Iterable[Any]:
        """The same with their columns, asked for some at a time: what a file writes."""
        rows: Any = self.rows
        if not isinstance(rows, QuerySet):
            return rows  # type: ignore[no-any-return]
        if self._by_key is not None:
            return chain.from_iterable(map(self._by_key, _keys(rows)))
        return rows.iterator(CHUNK)

    # --- pages ----------------------------------------------------------------------------------------------------

    @cached_property
    def per_page(self) -> int:
        """The number of rows of a page."""
        wanted = self._given.get(PER, "")
        return int(wanted) if wanted in map(str, PER_PAGE) else self._per_default

    @cached_property
    def page(self) -> Page[Any]:
        """The requested page, or the nearest."""
        return Pages(self.rows, self.per_page, self._by_key).get_page(self._page_wanted)

    @property
    def _page_wanted(self) -> int:
        wanted = self._given.get(PAGE, "")
        return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < LONGEST_NUMBER else 1

    @property
    def total(self) -> int:
        """The number of selected rows, at most `MAX_COUNTED`."""
        return min(self.page.paginator.count, MAX_COUNTED)

    @property
    def has_uncounted(self) -> bool:
        """Whether there are more rows than `total`."""
        return self.page.paginator.count > MAX_COUNTED

    @cached_property
    def exact_total(self) -> int:
        """The number of selected rows, however many: it takes as long as there are rows."""
        return self.rows.order_by().count() if isinstance(self.rows, QuerySet) else len(self.rows)

    @property
    def reached(self) -> int | None:
        """The number of reachable rows, where there are more; None otherwise."""
        return MAX_ROWS if self.page.paginator.count > MAX_ROWS else None

    @property
    def filtered(self) -> bool:
        """Whether a filter is in effect, which an empty list mentions."""
        return bool(self.form.in_effect or self.form.matches_nothing)

    @property
    def chips(self) -> list[Chip]:
        """The filters in effect, in the form's order; a range of days is one."""
        form = self.form
        days = [name for name in form.days_between if name in form.in_effect]
        shown = [field.name for field in form.visible_fields() if field.name in form.in_effect]
        one_by_one = [
            Chip(str(form[name].label), value_text(form, name), self.query(**{name: None}), name)
            for name in shown
            if name not in days
        ]
        return [*self._chips_of_days(days), *one_by_one]

    def _chips_of_days(self, names: list[str]) -> list[Chip]:
        ends = [self.form.value(name) for name in self.form.days_between] if names else []
        text = " – ".join(str(day or "") for day in ends).strip() if any(ends) else str(_("All times"))
        without = self.query(**dict.fromkeys(self.form.days_between))
        return [Chip(str(_("Days")), text, without)] if names else []

    @property
    def offers_sizes(self) -> bool:
        """Whether there are more rows than the smallest page size."""
        return self.total > PER_PAGE[0]

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to show, None for a gap."""
        paginator = self.page.paginator
        shown = paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [number if isinstance(number, int) else None for number in shown]

    @property
    def per_page_links(self) -> list[tuple[int, str]]:
        """(page size, address) of each page size."""
        sizes = sorted({*PER_PAGE, self._per_default})
        return [(size, self.query(per=None if size == self._per_default else size)) for size in sizes]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Hidden fields of the filter form: order and page size, where not the default."""
        return [(name, value) for name in (SORT, PER) for value in self._state.get(name, [])]

    # --- saved views ----------------------------------------------------------------------------------------------

    @cached_property
    def views(self) -> Sequence[View]:
        """The reader's saved views; none for a list with fewer filters than `MIN_FILTERS_TO_SAVE`."""
        worth = _saved_views and len(self.form.visible_fields()) >= MIN_FILTERS_TO_SAVE
        return _saved_views[0](self._request) if worth else ()

    @property
    def default_view(self) -> View | None:
        """The view that an address without a query string shows."""
        return next((view for view in self.views if view.is_default and view.query != "?"), None)

    @property
    def current_view(self) -> View | None:
        """The saved view that is shown."""
        return next((view for view in self.views if view.query == self.to_save), None)

    @property
    def may_save(self) -> bool:
        """Whether what is shown is something to keep as a view, and is none yet."""
        worth = _saved_views and len(self.form.visible_fields()) >= MIN_FILTERS_TO_SAVE
        return bool(worth) and self.to_save != "?" and self.current_view is None

    @property
    def to_save(self) -> str:
        """The query string to be saved: without the page, and without days that move."""
        usual = [name for name in self.form.days_between if name not in self.form.in_effect]
        return self._written({name: values for name, values in self._state.items() if name not in (PAGE, *usual)})

    # --- addresses ------------------------------------------------------------------------------------------------

    @cached_property
    def _state(self) -> dict[str, list[str]]:
        """The canonical state: valid values that differ from their defaults, in the form's order."""
        state = {name: self._given.getlist(name) for name in self.form.lasting if name in self._given}
        if self.order != self._default:
            state[SORT] = [self.order]
        if self.per_page != self._per_default:
            state[PER] = [str(self.per_page)]
        if self._page_wanted > 1:
            state[PAGE] = [str(self.page.number)]
        return state

    def query(self, **changes: object) -> str:
        """The query string with changes ("?" for none; "?all=" where "?" means a saved view); None or "" removes a
        parameter.

        Any change but of the page leads to the first page.
        """
        state = dict(self._state)
        if changes.keys() - {PAGE}:
            state.pop(PAGE, None)
        for name, value in changes.items():
            state[name] = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
            if value is None or value == "" or (name == PAGE and value == 1):
                del state[name]
        return self._written(state) if state or self.default_view is None else EVERYTHING

    @staticmethod
    def _written(state: Mapping[str, list[str]]) -> str:
        return "?" + urlencode(state, doseq=True)

    @property
    def all_times(self) -> str:
        """The address of this list with all its days, where an address without days means some of them."""
        days = [name for name in self.form.days_between if name in self.form.fields]
        usual = any(self.form.fields[name].initial for name in days)
        return f"{self.path}?{urlencode(dict.fromkeys(days, ''))}" if usual else ""

    @property
    def whole(self) -> str:
        """The query string without filter, in the default order."""
        return self.path + (EVERYTHING if self.default_view is not None else "")

    def sorted_by(self, name: str) -> str:
        """The query string of a click on a heading: sorts by it, or reverses the order."""
        order = f"-{name}" if self.order == name else name
        return self.query(sort=None if order == self._default else order)


def _keys(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """The keys of all rows in order, `CHUNK` at a time."""
    keys = rows.values_list("pk", flat=True).iterator(CHUNK)
    while some := list(islice(keys, CHUNK)):
        yield some


def reversed_order(key: Any) -> Any:
    """The reverse order; empty values stay last or first."""
    if isinstance(key, str):
        return key[1:] if key.startswith("-") else f"-{key}"
    turned = copy(key if isinstance(key, OrderBy) else OrderBy(key))
    turned.descending = not turned.descending
    return turned


def in_order(rows: Sequence[Any], keys: tuple[Any, ...], *, descending: bool) -> list[Any]:
    """Rows of a sequence ordered by attributes or keys; empty values last in both directions."""

    def of(row: Any, key: str) -> Any:
        return row.get(key) if isinstance(row, Mapping) else getattr(row, key)

    found = list(rows)
    for key in reversed(keys):
        name, turned = key.removeprefix("-"), key.startswith("-") != descending
        full = [row for row in found if of(row, name) is not None]
        full.sort(key=lambda row: of(row, name), reverse=turned)
        found = full + [row for row in found if of(row, name) is None]
    return found


def list_page(
    request: HttpRequest,
    listing: Listing[Any],
    template: str,
    fragment: str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of a list, or for htmx the fragment alone, whose address the browser then shows. Without a query string
    it redirects to the reader's default view, if there is one."""
    if not request.GET and listing.default_view is not None:
        return HttpResponseRedirect(listing.path + listing.default_view.query)
    response = answer(request, template, {**(context or {}), "listing": listing}, fragment=fragment)
    response["HX-Push-Url"] = listing.path + listing.query().removesuffix("?")
    return response

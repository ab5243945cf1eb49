"""Tags for the parts of the console (docs/console.md, `/styleguide`). They are built in: no `{% load %}` needed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms, template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.boundfield import BoundField
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, escape, format_html, json_script
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from core.console.columns import Column
from core.console.durations import NO_VALUE, duration_text
from core.console.listing import Listing
from core.console.subject import Subject
from core.files.check import ACCEPT, ACCEPT_PICTURES
from core.sizes import size_text
from core.tenancy.models import random_id


class Readable(DjangoJSONEncoder):
    """JSON with Chinese characters unescaped, a third of the bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


def readable_json(value: object, element_id: str) -> SafeString:
    """Django's `json_script` with unescaped Chinese, for pages that are loaded often."""
    return json_script(value, element_id, Readable)


register = template.Library()
register.filter("span", duration_text)
register.filter("size_text", size_text)
register.filter("readable_json", readable_json)
PART_WORDS = 2


@register.simple_tag
def files_offered() -> str:
    """The `accept` of a file input: `<input type="file" accept="{% files_offered %}">`."""
    return ACCEPT


@register.simple_tag
def pictures_offered() -> str:
    """As `files_offered`, for pictures only."""
    return ACCEPT_PICTURES


@register.simple_tag
def query(listing: Listing[Any], **changes: object) -> str:
    """The list's query string with changes: `<a href="{% query listing status="online" %}">`."""
    return listing.query(**changes)


@register.inclusion_tag("parts/_sort_head.html")
def sort_head(
    listing: Listing[Any], name: str, label: str, *, numeric: bool = False, hint: str = "", target: str = "#list"
) -> dict[str, Any]:
    """A heading that sorts by `name`, a key of the listing's `sorts`; `hint` is its tooltip."""
    direction = ("descending" if listing.descending else "ascending") if listing.sort == name else "none"
    return {
        "href": listing.sorted_by(name),
        "label": label,
        "direction": direction,
        "numeric": numeric,
        "hint": hint,
        "name": name,
        "target": target,
    }


class Drawing(NamedTuple):
    """How a column's cells are rendered: markup around each value, its template if it has one, and its link."""

    column: Column
    before: SafeString
    after: SafeString
    template: Any
    link: str


@register.simple_tag(takes_context=True)
def drawings(context: Context, columns: Iterable[Column]) -> list[Drawing]:
    """The columns of a table, prepared once for all of its rows."""
    engine = context.template.engine  # type: ignore[union-attr]
    return [
        Drawing(
            each,
            *_around(each),
            engine.get_template(each.cell) if each.cell else None,
            _row_link(context, each) if each.link else "",
        )
        for each in columns
    ]


def _around(column: Column) -> tuple[SafeString, SafeString]:
    """A name heads its row. On a phone every other cell is a line on the row's card, with the head's word in front."""
    if column.kind == "name":
        return SafeString('<th scope="row">'), SafeString("</th>")
    kind = " numeric" if column.kind in ("time", "date") else " number" if column.is_numeric else ""
    return format_html('<td class="cell{}" data-label="{}">', kind, column.label), SafeString("</td>")


# What a part of a row has in these places while it is drawn for all rows: the public id, what the row is called, and
# the value of the cell. Nobody can write them into the page's address, which stands in the part as well.
ROW_ID, ROW_TITLE, CELL_VALUE = random_id(), random_id(), random_id()


def _row_link(context: Context, column: Column) -> str:
    """The link of a column's cells, with stand-ins."""
    to: str = context["subject"].page if column.link is True else str(column.link)
    link_text = str(column.leads_to) % {"name": ROW_TITLE} if column.leads_to else ""
    unseen = format_html('<span class="sr-only"> {}</span>', link_text) if link_text else ""
    return format_html('<a href="{}">{}{}</a>', reverse(to, args=[ROW_ID]), CELL_VALUE, unseen)


def _filled(drawn: str, subject: Subject, row: Any, value: str = "") -> SafeString:
    """What was drawn for all rows, for one of them. What people wrote goes in last, so that nothing replaces it."""
    title = escape(subject.title_of(row)) if ROW_TITLE in drawn else ""
    parts = drawn.replace(ROW_ID, row.public_id).split(CELL_VALUE)
    return SafeString(value.join(each.replace(ROW_TITLE, title) for each in parts))


@register.simple_tag(takes_context=True)
def cell(context: Context, drawing: Drawing, row: Any) -> SafeString:
    """The cell of a row in a column."""
    return drawing.before + conditional_escape(_drawn(context, drawing, row)) + drawing.after


def _drawn(context: Context, drawing: Drawing, row: Any) -> Any:
    value = drawing.column.value_of(row)
    if drawing.template is not None:
        with context.push(row=row, value=value):
            return drawing.template.render(context)
    shown = _shown(drawing.column, value)
    if drawing.column.chips is not None:
        level = drawing.column.chips.get(drawing.column.raw_value_of(row), "")
        shown = format_html('<span class="chip chip-{}">{}</span>', level, shown)
    return _filled(drawing.link, context["subject"], row, escape(shown)) if drawing.link else shown


def _shown(column: Column, value: Any) -> Any:
    if value is None:
        return NO_VALUE
    if isinstance(value, datetime):
        moment = localtime(value)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), f"{moment:%Y-%m-%d %H:%M}")
    return duration_text(value) if column.kind == "duration" else str(value)


class RowParts:
    """The tick and the menu of a table's rows: each is drawn once, a menu once for all rows that offer the same."""

    def __init__(self, context: Context) -> None:
        self._context, self._subject = context, context["subject"]
        reader = context["request"].user
        self._reader = reader.actor() if reader.is_authenticated else None
        self._menus: dict[tuple[int, ...], str] = {}

    def menu_of(self, row: Any) -> str:
        """What else can be done with a row, "" where that is nothing."""
        links = self._subject.links_of(row, self._reader) if self._reader else []
        if not links:
            return ""
        offered = tuple(map(id, links))
        if offered not in self._menus:
            addresses = [(reverse(each.to, args=None if each.sends else [ROW_ID]), each) for each in links]
            self._menus[offered] = self._draw("parts/_row_menu.html", links=addresses, name=ROW_TITLE, row_id=ROW_ID)
        return _filled(self._menus[offered], self._subject, row)

    def tick_of(self, row: Any) -> str:
        """The box that takes a row into the bar of actions."""
        return _filled(self._tick, self._subject, row)

    @cached_property
    def _tick(self) -> str:
        return self._draw("parts/_row_check.html", value=ROW_ID, name=ROW_TITLE)

    def _draw(self, part: str, **values: object) -> str:
        drawing = self._context.template.engine.get_template(part)  # type: ignore[union-attr]
        with self._context.push(**values):
            return str(drawing.render(self._context)).strip()


@register.simple_tag(takes_context=True)
def row_parts(context: Context) -> RowParts:
    """What draws the tick and the menu of each row of the page's subject."""
    return RowParts(context)


@register.simple_tag
def row_menu(parts: RowParts, row: Any) -> str:
    """What else can be done with a row of the page's subject."""
    return parts.menu_of(row)


@register.simple_tag
def row_tick(parts: RowParts, row: Any) -> str:
    """The row's box, sent with the bar of actions."""
    return parts.tick_of(row)


def control_class(widget: forms.Widget) -> str:
    """The CSS class of a widget."""
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choice-list"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.SelectMultiple):
        return "input"
    return "select select-boxed" if isinstance(widget, forms.Select) else "input"


def described_by(field: BoundField) -> str:
    """The ids of the texts that describe a control: its help and its error."""
    ids = [f"{field.auto_id}_help"] if field.help_text else []
    return " ".join([*ids, f"{field.auto_id}_error"] if field.errors else ids)


@register.simple_tag
def control(field: BoundField, **attributes: str) -> SafeString:
    """The field's widget with its class and ARIA attributes; `class` adds to the class."""
    known = {"class": f"{control_class(field.field.widget)} {attributes.pop('class', '')}".strip()}
    if described := described_by(field):
        known["aria-describedby"] = described
    if field.errors and kind(field) != "group":
        known["aria-invalid"] = "true"
    return field.as_widget(attrs={**known, **{name.replace("_", "-"): value for name, value in attributes.items()}})


@register.filter
def kind(field: BoundField) -> str:
    """The layout of a field: `switch` (label beside), `group` (several controls in one fieldset) or `plain`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "group"
    return "switch" if isinstance(widget, forms.CheckboxInput) else "plain"


@register.filter
def wrong_fields(form: forms.BaseForm) -> list[BoundField]:
    """The fields with errors, in the form's order."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def initial(name: object) -> str:
    """The first character of a name, for its avatar."""
    return str(name or "?")[:1].upper()


class PartNode(Node):
    """A part around the content of `{% part %} … {% endpart %}`; the part renders it as `{{ content }}`."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], content: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, content

    def render(self, context: Context) -> SafeString:
        part = context.template.engine.get_template(f"parts/_{self.name.resolve(context)}.html")  # type: ignore[union-attr]
        values = {name: value.resolve(context) for name, value in self.values.items()}
        with context.push(**values, content=self.nodelist.render(context)):
            return part.render(context)


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part "card" heading=_("Members") %} … {% endpart %}`: templates/parts/_card.html around the content."""
    words = token.split_contents()
    if len(words) < PART_WORDS:
        raise template.TemplateSyntaxError("part needs the name of a part")
    values = token_kwargs(words[2:], parser)
    content = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(parser.compile_filter(words[1]), values, content)

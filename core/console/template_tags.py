"""Tags for the parts of the console (docs/console.md, `/styleguide`). They are built in: no `{% load %}` needed."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms, template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.boundfield import BoundField
from django.template.base import FilterExpression, Node, NodeList, Parser, TextNode, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from core.console import parts
from core.console.columns import Column
from core.console.durations import NO_VALUE, duration_text
from core.console.listing import Listing
from core.console.parts import chip, drawn_icon, html, text, time_of
from core.console.subject import Subject
from core.files.check import ACCEPT, ACCEPT_PICTURES
from core.files.media import is_played
from core.sizes import size_text
from core.tenancy.models import random_id

NUMBERED = re.compile(r" \d{4}$")  # as static/kefu/js/desk/lists/row.js


class Readable(DjangoJSONEncoder):
    """JSON with Chinese characters unescaped, a third of the bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


def readable_json(value: object, element_id: str) -> SafeString:
    """Django's `json_script` with unescaped Chinese, for pages that are loaded often."""
    return json_script(value, element_id, Readable)


register = template.Library()
register.filter("span", duration_text)
register.filter("is_played", is_played)
register.filter("size_text", size_text)
register.filter("readable_json", readable_json)
PART_WORDS = 2
LITERAL = re.compile(r'"[^"]*"')


def _icon_tag(style: str) -> None:
    """In place of the library's tag, which draws an icon each time. One that is always the same is text."""

    def drawn(name: str, **attributes: Any) -> SafeString:
        return drawn_icon(style, name, **attributes)

    @register.tag(name=f"heroicon_{style}")
    def tag(parser: Parser, token: Token) -> Node:
        _tag, name, *others = token.split_contents()
        if LITERAL.fullmatch(name) and not others:
            return TextNode(drawn(name[1:-1]))
        attributes = token_kwargs(others, parser)
        return IconNode(drawn, parser.compile_filter(name), attributes)


class IconNode(Node):
    """An icon whose name or attributes are known when the page is."""

    def __init__(self, drawn: Callable[..., SafeString], name: FilterExpression, attributes: dict[str, Any]) -> None:
        self.drawn, self.name, self.attributes = drawn, name, attributes

    def render(self, context: Context) -> SafeString:
        given = {name: value.resolve(context) for name, value in self.attributes.items()}
        return self.drawn(self.name.resolve(context), **given)


for _style in ("micro", "mini", "outline", "solid"):
    _icon_tag(_style)


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


@register.simple_tag
def sort_head(
    listing: Listing[Any], name: str, label: str, *, numeric: bool = False, hint: str = "", target: str = "#list"
) -> SafeString:
    """A heading that sorts by `name`, a key of the listing's `sorts`; `hint` is its tooltip."""
    direction = ("descending" if listing.descending else "ascending") if listing.sort == name else "none"
    return parts.sort_head(name, label, listing.sorted_by(name), direction, numeric=numeric, hint=hint, target=target)


Draw = Callable[[Any], str]  # a row's cell in one column, as HTML


@register.simple_tag(takes_context=True)
def drawings(context: Context, columns: Iterable[Column]) -> list[Draw]:
    """The columns of a table, prepared once for all of its rows."""
    return [_drawing(context, each) for each in columns]


def _drawing(context: Context, column: Column) -> Draw:
    before, after = map(str.__str__, _around(column))
    inside = _inside(context, column.in_words())
    return lambda row: f"{before}{inside(row)}{after}"


def _around(column: Column) -> tuple[SafeString, SafeString]:
    """A name heads its row. On a phone every other cell is a line on the row's card, with the head's word in front."""
    if column.kind == "name":
        return SafeString('<th scope="row">'), SafeString("</th>")
    kind = " numeric" if column.kind in ("time", "date") else " number" if column.is_numeric else ""
    return format_html('<td class="cell{}" data-label="{}">', kind, column.label), SafeString("</td>")


def _inside(context: Context, column: Column) -> Draw:
    if callable(column.cell):
        own = column.cell
        return lambda row: text(own(row, column.value_of(row)))
    if column.cell:
        return _by_template(context, column, column.cell)
    plain: Draw = _chip_of(column) if column.chips is not None else _plain(column)
    return _linked(context, column, plain) if column.link else plain


def _by_template(context: Context, column: Column, name: str) -> Draw:
    drawing = context.template.engine.get_template(name)  # type: ignore[union-attr]

    def draw(row: Any) -> str:
        with context.push(row=row, value=column.value_of(row)):
            return str(drawing.render(context))

    return draw


def _plain(column: Column) -> Draw:
    def draw(row: Any) -> str:
        return text(_shown(column, column.value_of(row)))

    return _once_for_each_value(column, draw) if column.words is not None else draw


def _chip_of(column: Column) -> Draw:
    levels, plain = column.chips or {}, _plain(column)
    return _once_for_each_value(
        column, lambda row: chip(SafeString(plain(row)), levels.get(column.raw_value_of(row), ""))
    )


def _once_for_each_value(column: Column, draw: Draw) -> Draw:
    """For columns of a few values."""
    drawn: dict[Any, str] = {}

    def known(row: Any) -> str:
        value = column.raw_value_of(row)
        if value not in drawn:
            drawn[value] = draw(row)
        return drawn[value]

    return known


# What a part of a row has in these places while it is drawn for all rows: the public id, what the row is called, and
# the value of the cell. Nobody can write them into the page's address, which stands in the part as well.
ROW_ID, ROW_TITLE, CELL_VALUE = random_id(), random_id(), random_id()
STAND_INS = re.compile(f"({ROW_ID}|{ROW_TITLE}|{CELL_VALUE})")


def _linked(context: Context, column: Column, plain: Draw) -> Draw:
    subject: Subject = context["subject"]
    to = subject.page if column.link is True else str(column.link)
    link_text = str(column.leads_to) % {"name": ROW_TITLE} if column.leads_to else ""
    unseen = format_html('<span class="sr-only"> {}</span>', link_text) if link_text else ""
    fill = _filling(format_html('<a href="{}">{}{}</a>', reverse(to, args=[ROW_ID]), CELL_VALUE, unseen), subject)
    return lambda row: fill(row, plain(row))


def _filling(drawn: str, subject: Subject) -> Callable[..., str]:
    """What was drawn for all rows, for one of them: none of the parts that go in is read again."""
    pieces: list[str] = STAND_INS.split(drawn)
    named = ROW_TITLE in pieces

    def fill(row: Any, value: str = "") -> str:
        title = text(subject.title_of(row)) if named else ""
        given = {ROW_ID: row.public_id, ROW_TITLE: title, CELL_VALUE: value}
        return "".join([given.get(piece, piece) for piece in pieces])

    return fill


@register.simple_tag
def total_cells(drawn: list[Draw], totals: Any) -> SafeString:
    """The cells of a table's last row, beside the one that heads it."""
    return SafeString("".join([draw(totals) for draw in drawn[1:]]))


@register.simple_tag(takes_context=True)
def table_rows(context: Context, rows: Iterable[Any], drawn: list[Draw]) -> SafeString:
    """The rows of a table: the cells, and where the page has a subject each row's tick and menu."""
    subject = context.get("subject")
    around = RowParts(context, subject).around if isinstance(subject, Subject) else lambda row: ("", "")
    return SafeString("".join([_table_row(around(row), row, drawn) for row in rows]))


def _table_row(around: tuple[str, str], row: Any, drawn: list[Draw]) -> str:
    tick, menu = around
    return f"<tr>{tick}{''.join([draw(row) for draw in drawn])}{menu}</tr>\n"


def _shown(column: Column, value: Any) -> Any:
    if value is None:
        return NO_VALUE
    if isinstance(value, datetime):
        return time_of(value)
    return duration_text(value) if column.kind == "duration" else str(value)


class RowParts:
    """The tick and the menu of a table's rows: each is drawn once, a menu once for all rows that offer the same."""

    def __init__(self, context: Context, subject: Subject) -> None:
        self._context, self._subject = context, subject
        reader = context["request"].user
        self._reader = reader.actor() if reader.is_authenticated else None
        self._menus: dict[tuple[int, ...], Callable[..., str]] = {}

    def around(self, row: Any) -> tuple[str, str]:
        """What stands before and after the cells of a row: the box that takes it into the bar of actions, and what
        else can be done with it."""
        tick = self._tick(row) if self._subject.ticks else ""
        menu = f'<td class="actions">{self._menu_of(row)}</td>' if self._subject.row_links else ""
        return tick, menu

    def _menu_of(self, row: Any) -> str:
        links = self._subject.links_of(row, self._reader) if self._reader else []
        if not links:
            return ""
        offered = tuple(map(id, links))
        if offered not in self._menus:
            addresses = [(reverse(each.to, args=None if each.sends else [ROW_ID]), each) for each in links]
            self._menus[offered] = self._draw("parts/_row_menu.html", links=addresses, name=ROW_TITLE, row_id=ROW_ID)
        return self._menus[offered](row)

    @cached_property
    def _tick(self) -> Callable[..., str]:
        return self._draw("parts/_row_check.html", value=ROW_ID, name=ROW_TITLE)

    def _draw(self, part: str, **values: object) -> Callable[..., str]:
        drawing = self._context.template.engine.get_template(part)  # type: ignore[union-attr]
        with self._context.push(**values):
            return _filling(str(drawing.render(self._context)).strip(), self._subject)


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


@register.simple_tag
def filter_field(field: BoundField, folded: Iterable[str]) -> SafeString:
    """A field of a filter bar: label, control, and a place for what is wrong with it; `folded` are the names of those
    that a small screen folds away."""
    notes, switch = f"{field.auto_id}_notes", kind(field) == "switch"
    marks = {"field-folded": field.name in folded, "field-switch": switch, "field-bad": bool(field.errors)}
    form = (
        '<label class="switch" for="{0}"><span>{1}</span>{2}</label>' if switch else '<label for="{0}">{1}</label>{2}'
    )
    return html(
        '<div class="{}">{}<div class="field-notes" id="{}" aria-live="polite">{}</div></div>\n',
        " ".join(["field", *(name for name, given in marks.items() if given)]),
        html(form, field.id_for_label, field.label, control(field, aria_describedby=notes)),
        notes,
        render_to_string("parts/_field_notes.html", {"field": field}) if field.errors or field.help_text else "",
    )


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
    """The first character of a name, for its avatar; of a numbered one its last two digits, which differ."""
    words = str(name or "?")
    return words[-2:] if NUMBERED.search(words) else words[:1].upper()


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

"""Formatting of numbers: the same on tiles, in tables and on charts. Pure."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.console.durations import NO_VALUE, duration_text
from core.console.rounding import half_up
from stats.engine.measures import Sums
from stats.metrics.metric import Metric, Unit, Value

SMALLEST_CHANGE = 0.0005  # a smaller change is shown as none
FACTOR_FROM = 10  # from here on a change is shown as a factor: "+5,537%" is hard to read


def shown(metric: Metric, sums: Sums) -> str:
    """A metric's value as text; a dash where there is none."""
    return text_of(metric.value(sums), metric.unit)


def text_of(value: Value, unit: Unit) -> str:
    """A value with its unit."""
    if value is None:
        return NO_VALUE
    if unit is Unit.SHARE:
        return f"{number_format(half_up(value * 100, 1), 1)}%"
    if unit is Unit.SECONDS:
        return duration_text(value)
    return number_format(value, force_grouping=True)


def change(metric: Metric, now: Sums, before: Sums) -> str:
    """The change from the previous period, as a tile shows it."""
    value, earlier = metric.value(now), metric.value(before)
    if earlier is None:
        return _("Nothing in the period before")
    text = text_of(earlier, metric.unit)
    if value is None or (not earlier and metric.unit is not Unit.SHARE):
        return _("%(value)s in the period before") % {"value": text}
    if metric.unit is Unit.SHARE:
        moved = _("%(points)s points") % {"points": signed(value - earlier)}
    elif value / earlier >= FACTOR_FROM:
        times = number_format(int(half_up(value / earlier)), force_grouping=True)
        return _("%(times)s times the %(value)s before") % {"times": times, "value": text}
    else:
        moved = f"{signed(value / earlier - 1)}%"
    return _("%(change)s against %(value)s before") % {"change": moved, "value": text}


def signed(share: float) -> str:
    """A share as signed percentage, with a minus as wide as the plus."""
    if abs(share) < SMALLEST_CHANGE:
        return "±0"
    return f"{'+' if share > 0 else '−'}{number_format(half_up(abs(share) * 100, 1), 1)}"

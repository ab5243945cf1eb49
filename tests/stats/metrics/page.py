"""What docs/data-model.md says of metrics; `python -m tests.stats.metrics.page` writes it from the declarations."""

import re
from collections.abc import Iterable

import django
from django.utils import translation

from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Metric
from stats.metrics.overview import OVERVIEW
from stats.metrics.registry import READINGS
from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "data-model.md"
READINGS_LISTED = re.compile(r"(?<=### How to read them\n\n)(?:- .*\n)+")
METRICS_OF_ALL = re.compile(r"(?<=### Of all conversations\n\n)####.*?(?=^### )", re.DOTALL | re.MULTILINE)
METRICS_OF_AGENTS = re.compile(r"(?<=\n\n)#### `agent_.*\Z", re.DOTALL)


def written(page: str) -> str:
    """The page with its readings and metrics as they are declared, in their order; all else is kept."""
    with translation.override("en"):
        parts = {
            READINGS_LISTED: "".join(f"- **{name}.** {text}\n" for name, text in READINGS),
            METRICS_OF_ALL: f"{sections(OVERVIEW)}\n",
            METRICS_OF_AGENTS: sections(WORKLOAD),
        }
    for place, text in parts.items():
        page = page.replace(place.findall(page)[0], text)
    return page


def sections(metrics: Iterable[Metric]) -> str:
    """One for each."""
    return "\n".join(map(section, metrics))


def section(metric: Metric) -> str:
    """A metric's words, and its statement as psql takes it."""
    return f"""#### `{metric.name}` – {metric.label}

{metric.help}

| | |
|---|---|
| numerator | {metric.numerator} |
| denominator | {metric.denominator} |
| not counted | {metric.exclusions} |
| unit | {metric.unit} |

```sql
{metric.sql};
```
"""


if __name__ == "__main__":
    django.setup()
    PAGE.write_text(written(PAGE.read_text()))

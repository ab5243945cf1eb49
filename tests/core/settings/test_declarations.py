"""Settings are declared where they are used; the decision lists them."""

import re
from pathlib import Path

from django.conf import settings

from core.settings.declare import registry, settings_at
from core.settings.levels import Level

DECISION = Path(settings.BASE_DIR) / "docs/decisions/0009-settings.md"


def listed() -> dict[str, set[str]]:
    """Setting → its levels, as the decision's table has them."""
    table = DECISION.read_text(encoding="utf-8").split("## The settings")[1].split("## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:3] == "| `"]
    return {name: set(row[1].split(", ")) for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def test_the_decision_lists_every_setting_with_its_levels() -> None:
    declared = {name: {level.value.replace("_", " ") for level in setting.levels} for name, setting in registry.items()}
    assert listed() == declared


def test_pages_show_settings_in_an_order_that_imports_do_not_change() -> None:
    numbers = [setting.sort for setting in registry.values()]
    assert len(set(numbers)) == len(numbers)
    shown = ["hours", "welcome", "welcome_out_of_hours", "typing_preview", "assignment_rule", "max_concurrent"]
    shown += ["idle_end", "idle_end_waits", "waiting_expiry", "absent_holder"]
    assert [setting.name for setting in settings_at(Level.TENANT)] == shown

"""Names: one line that shows."""

import pytest
from django.core.exceptions import ValidationError

from accounts.agents.forms import AgentForm
from accounts.groups.forms import GroupForm
from channels_app.channels.forms import ChannelForm
from channels_app.service_accounts.forms import AccountForm
from core.console.names import NameField, clean_name, comparison_key, require_unused
from core.errors import NameTaken


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x00b", "a\tb", "a\x85b", "a\u2028b", "a\u202eb", "\u2066a\u2069", "a\uffff", "a\ufdd0"]
)
def test_what_no_line_may_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        clean_name(text)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\u200b \u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\ufe0f"])
def test_a_name_that_nobody_sees_is_none(text: str) -> None:
    assert clean_name(text) == ""
    with pytest.raises(ValidationError) as refused:
        NameField(max_length=30).clean(text)
    assert refused.value.code == "required"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  小\u3000 李 ", "小 李"),
        ("a" + " " * 40 + "b", "a b"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("नमस्ते", "नमस्ते"),
        ("!", "!"),
        ("Sa\u200bles\ufeff", "Sales"),
        ("a\u00adb\u200e", "ab"),
    ],
)
def test_what_is_seen_stays(text: str, kept: str) -> None:
    assert NameField(max_length=30).clean(text) == kept


def test_the_forms_of_the_console_ask_for_such_names() -> None:
    assert isinstance(AgentForm.base_fields["nickname"], NameField)
    assert all(isinstance(form.base_fields["name"], NameField) for form in (GroupForm, AccountForm, ChannelForm))


@pytest.mark.parametrize(
    "other",
    [
        "sales 1",
        "SALES 1",
        "Sa\u200bles 1",
        "Ｓales\u3000１",
        "Sa\u00adles  1",
        "Sales 1\ufe0f",
        "Sa\u200dles 1",
        "ſales 1",
    ],
)
def test_names_that_nobody_can_tell_apart_are_alike(other: str) -> None:
    assert comparison_key(other) == comparison_key("Sales 1")
    with pytest.raises(NameTaken):
        require_unused(other, ["VIP", "Sales 1"])


@pytest.mark.parametrize("pair", [("\u00e9", "e\u0301"), ("straße", "STRASSE"), ("ﬁn", "fin"), ("ｶﾞ", "ガ")])
def test_however_it_is_composed(pair: tuple[str, str]) -> None:
    assert comparison_key(pair[0]) == comparison_key(pair[1])


@pytest.mark.parametrize("other", ["Sales1", "Sales 2", "Säles 1", "销售 1"])
def test_names_that_differ_to_the_eye_are_free(other: str) -> None:
    require_unused(other, ["Sales 1"])

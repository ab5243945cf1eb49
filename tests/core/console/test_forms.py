"""What forms say of mistakes: our sentences, which name the field, in every language."""

from collections.abc import Mapping
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from core.console.forms import Form
from tests.cast import Cast
from tests.sockets import signed_in

LANGUAGES = ("zh-hans", "zh-hant", "en")


class Sample(Form):
    """One field of each kind; one says itself what is wrong with it."""

    number = forms.CharField(label="工号", max_length=3)
    size = forms.IntegerField(label="尺寸", min_value=1, max_value=9)
    day = forms.DateField(label="日期")
    email = forms.EmailField(label="邮箱")
    role = forms.ChoiceField(label="角色", choices=[("agent", "客服")])
    groups = forms.MultipleChoiceField(label="客服组", choices=[("a", "A")])
    agreed = forms.BooleanField(label="同意")
    file = forms.FileField(label="头像", max_length=8)
    own = forms.CharField(label="own", max_length=1, error_messages={"required": "ours", "max_length": "too long"})


def errors_of(data: Mapping[str, Any] | None = None, files: Any = None) -> dict[str, str]:
    """The first sentence beside each field, as a reader of simplified Chinese sees it."""
    with translation.override("zh-hans"):
        return {name: str(errors[0]) for name, errors in Sample(data or {}, files).errors.items()}


def test_what_is_missing_is_asked_for_by_name() -> None:
    assert errors_of() == {
        "number": "请填写工号。",
        "size": "请填写尺寸。",
        "day": "请填写日期。",
        "email": "请填写邮箱。",
        "role": "请选择角色。",
        "groups": "请选择客服组。",
        "agreed": "请选择同意。",
        "file": "请选择头像。",
        "own": "ours",
    }


def test_what_is_wrong_is_told_with_what_is_right() -> None:
    wrong = {
        "number": "1001",
        "size": "10",
        "day": "31.1.",
        "email": "li",
        "role": "king",
        "groups": ["a"],
        "own": "xx",
    }
    found = errors_of(wrong | {"agreed": "on"}, {"file": SimpleUploadedFile("much too long.png", b"x")})
    assert found == {
        "number": "最多 3 字，现有 4 字。",
        "size": "不能大于 9。",
        "day": "请填写日期，例如 2026-01-31。",
        "email": "请填写完整的邮箱地址，例如 li@example.com。",
        "role": "请从列出的选项中选择。",
        "file": "文件名过长，最多 8 字。",
        "own": "too long",
    }
    again = errors_of({"number": "a\0", "size": "ten", "groups": ["b"]}, {"file": SimpleUploadedFile("a.png", b"")})
    assert [again[name] for name in ("number", "size", "groups", "file")] == [
        "不能包含不可见的控制字符。", "请填写整数。", "请从列出的选项中选择。", "请重新选择文件。",
    ]  # fmt: skip
    assert errors_of({"size": "0"})["size"] == "不能小于 1。"


# The same with Django's sentences.
Plain = type("Plain", (forms.Form,), {name: each for name, each in Sample.base_fields.items() if name != "own"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_djangos_in_any_language(language: str) -> None:
    def sentences(kind: type[forms.Form]) -> set[str]:
        wrong: tuple[dict[str, Any], ...] = ({}, {"number": "1001", "size": "x", "day": "x", "email": "x", "role": "x"})
        return {str(each) for data in wrong for errors in kind(data).errors.values() for each in errors}

    with translation.override(language):
        ours, theirs = sentences(Sample), sentences(Plain)
    assert len(theirs) > 3
    assert ours.isdisjoint(theirs)


@pytest.fixture
def client(cast: Cast) -> Client:
    """alice's browser."""
    return signed_in(cast.alice)


@pytest.mark.parametrize(
    ("language", "number", "password"),
    [
        ("zh-hans", "请填写工号。", "密码过于简单，很多人都在用，请换一个。"),
        ("zh-hant", "請填寫工號。", "密碼過於簡單，很多人都在用，請換一個。"),
        ("en", "Please enter: Number.", "This password is too simple: many people use it. Please choose another one."),
    ],
)
def test_the_page_of_a_new_agent_says_so(client: Client, language: str, number: str, password: str) -> None:
    client.cookies["kefu_language"] = language
    answer = client.post("/console/agents/new/", {"password": "password1"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert (errors["number"], errors["password"]) == ([number], [password])

"""Answers of console pages: whole or fragment, 422, and the sentence that outlives a redirect."""

import json
from typing import Any

import pytest
from django import forms
from django.core import signing
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.console import flash
from core.console.pages import done, form_page, wants_fragment, with_toast

HTMX = {"HX-Request": "true"}
QUESTION = "/styleguide/question"


class NameForm(forms.Form):
    """One field."""

    name = forms.CharField(max_length=5)


def answer_to(form: NameForm, **headers: str) -> HttpResponse:
    """The page of a question with a form."""
    request = RequestFactory().post("/x/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    content = {"heading": "Sure?", "text": "Really?", "action": "/x/", "submit": "Yes"}
    return form_page(request, "console/confirm.html", form, content, fragment="parts/_confirm.html")


@pytest.mark.usefixtures("house")
class TestForms:
    """A form that comes back."""

    def test_a_form_is_shown_with_200_and_comes_back_with_422(self) -> None:
        assert answer_to(NameForm()).status_code == 200
        assert answer_to(NameForm({"name": "alice"})).status_code == 200
        assert answer_to(NameForm({"name": ""})).status_code == 422

    def test_the_message_stands_beside_the_field_and_the_rest_is_kept(self) -> None:
        content = answer_to(NameForm({"name": "too long"})).content.decode()
        assert 'value="too long"' in content
        assert 'aria-invalid="true"' in content
        assert 'aria-describedby="id_name_error"' in content
        assert '<p class="field-error" id="id_name_error">' in content

    def test_htmx_gets_the_same_fragment(self) -> None:
        alone = answer_to(NameForm({"name": ""}), HX_Request="true")
        assert alone.status_code == 422
        assert alone.content.decode().lstrip().startswith("<form")
        assert 'id="id_name_error"' in alone.content.decode()


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        (HTMX, True),
        ({**HTMX, "HX-History-Restore-Request": "true"}, False),
        ({**HTMX, "HX-Boosted": "true"}, False),
    ],
)
def test_who_gets_a_fragment(headers: dict[str, str], fragment: bool) -> None:
    assert wants_fragment(RequestFactory().get("/", headers=headers)) == fragment


@pytest.mark.usefixtures("house")
class TestNews:
    """What a redirect lets the next page say."""

    def test_the_next_page_says_it_once(self, client: Client) -> None:
        answer = client.post(QUESTION)
        assert (answer.status_code, answer["Location"]) == (303, "/styleguide")
        assert b"notice-ok" in client.get(QUESTION).content
        assert b"notice-ok" not in client.get(QUESTION).content

    def test_htmx_is_sent_there_and_a_fragment_leaves_it_to_the_page(self, client: Client) -> None:
        answer = client.post(QUESTION, headers=HTMX)
        assert (answer.status_code, answer["HX-Redirect"]) == (200, "/styleguide")
        assert b"notice-ok" not in client.get(QUESTION, headers=HTMX).content
        assert b"notice-ok" in client.get(QUESTION).content

    @pytest.mark.parametrize("cookie", ["", "x", "x:y:z", signing.dumps(["bad", "not ours"], salt="another")])
    def test_a_cookie_that_is_not_ours_says_nothing(self, client: Client, cookie: str) -> None:
        client.cookies[flash.COOKIE] = cookie
        assert b"not ours" not in client.get(QUESTION).content

    def test_it_is_text(self, client: Client) -> None:
        client.cookies[flash.COOKIE] = own_values("<img src=x>").value
        content = client.get(QUESTION).content
        assert b"&lt;img src=x&gt;" in content

    def test_a_long_sentence_fits_into_a_cookie(self) -> None:
        assert len(own_values("".join(chr(0x4E00 + 7 * number) for number in range(1000))).value) < 3000


def own_values(text: str) -> Any:
    """The cookie that says a text."""
    response = HttpResponse()
    flash.put(response, text)
    return response.cookies[flash.COOKIE]


def test_a_fragment_can_bring_a_toast() -> None:
    told = with_toast(HttpResponse(), "已保存。", "warn")
    assert json.loads(told["HX-Trigger"]) == {"kefu:toast": {"text": "已保存。", "level": "warn"}}


def test_without_words_no_cookie_is_set() -> None:
    request = RequestFactory().post("/")
    assert flash.COOKIE not in done(request, "styleguide").cookies
    assert done(request, "/console/?page=2")["Location"] == "/console/?page=2"

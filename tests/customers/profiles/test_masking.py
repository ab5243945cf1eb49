"""Phones and e-mail addresses as those see them who may not see all of them."""

import pytest

from customers.profiles.masking import is_whole, masked, masked_email, masked_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138 **** 8000"),
        ("+86 138 0013 8000", "+86 1** **** 8000"),
        ("010-12345678", "010-****5678"),
        ("12345678", "12****78"),
        ("120", "***"),
        ("+44 20 7946 0000 ext 12", "+44 2* **** **00 ext 12"),
    ],
)
def test_the_middle_of_a_number_is_hidden(number: str, shown: str) -> None:
    assert masked_phone(number) == masked("phone", number) == shown


def test_of_an_address_the_first_letter_and_the_domain_are_shown() -> None:
    assert masked_email("carol@shop.example") == "c***@shop.example"
    assert masked_email('"a@b"@shop.example') == '"***@shop.example'
    assert masked("email", "") == ""


def test_who_knows_all_of_it_finds_it() -> None:
    assert is_whole("13800138000", "138 0013 8000")
    assert is_whole("carol@shop.example", "Carol@Shop.example")
    assert not is_whole("0013", "138 0013 8000")
    assert not is_whole("", "carol@shop.example")

"""Phones and e-mail addresses as agents see them who may not see all of them in full. Pure."""

from collections.abc import Callable, Mapping

LONG = 11  # digits, as a mobile number in China: 138****8000
STARS = "***"  # as many for every address, so that they do not give its length away


def masked_phone(number: str) -> str:
    """The number with its middle digits hidden; signs between digits stay."""
    digits = sum(map(str.isdigit, number))
    head, tail = (3, 4) if digits >= LONG else (digits // 4, digits // 4)
    shown, seen = [], 0
    for sign in number:
        seen += sign.isdigit()
        shown.append("*" if sign.isdigit() and head < seen <= digits - tail else sign)
    return "".join(shown)


def masked_email(address: str) -> str:
    """The first character and the domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}{STARS}{at}{domain}"


MASKS: Mapping[str, Callable[[str], str]] = {"phone": masked_phone, "email": masked_email}


def masked(field: str, value: str) -> str:
    """The value as those see it from whom the field is hidden."""
    return MASKS[field](value) if value else ""


def is_whole(word: str, value: str) -> bool:
    """Whether a word is the whole number or address: who knows it finds it, who guesses at parts of it does not."""
    digits = "".join(filter(str.isdigit, value))
    return word == value.casefold() or ("@" not in value and word == digits)

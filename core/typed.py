"""What was typed where only letters, digits and signs count: a Chinese keyboard's wide ones are meant narrow."""

import unicodedata


def narrow(text: str) -> str:
    """`１０００＠８００１` as `1000@8001`: compatibility forms as the plain ones, without blanks around and without
    what nobody sees (a text that is copied from a chat brings such characters along)."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf").strip()

"""A language's own name from a browser's language tag. Pure."""

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info

CHINESE = "zh-hans"  # for a bare "zh", which Django does not know


def own_name(tag: str) -> str:
    """`zh-CN` is 简体中文, `de-CH` Deutsch; "" for an unknown language."""
    parts = tag.lower().replace("_", "-").split("-")
    codes = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    known = next((each for each in codes if each in LANG_INFO), CHINESE if parts[0] == "zh" else "")
    return str(get_language_info(known)["name_local"]) if known else ""

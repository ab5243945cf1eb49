"""The Chinese texts read as Chinese is printed (docs/translating.md). That they are complete: `test_texts.py`."""

import re
from collections.abc import Iterator

import pytest

from tests.house.catalogues import LANGUAGES, entries

PLACEHOLDER = re.compile(r"%\(\w+\)s")
CHINESE = "\u3400-\u9fff"
# Brackets around one word, as in "[图片]", are how chats abbreviate a picture; they stay narrow.
NARROW_BESIDE_CHINESE = re.compile(rf"[{CHINESE}”」）][,.;:?!()]|[,;:?!()][{CHINESE}“「（]")

# What is said otherwise in Taiwan (docs/translating.md).
OF_THE_MAINLAND = re.compile(
    "會話|渠道|客服組|公開連結|(?<!程式)代碼|列表|查看|接入|默認|信息|視頻|屏幕|網絡|鏈接|用戶|服務器|登錄|郵箱|設置|數據|"
    "發送|打開|點擊|提交|佇列|口徑|上級|下級|二維碼|菜單|文件|消息"
)


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Each source text with its translation."""
    for entry in entries(language).values():
        yield from ((entry.msgid, text) for text in (entry.msgstr_plural or {0: entry.msgstr}).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_keep_their_values_too(language: str) -> None:
    for source, text in translations(language):
        assert sorted(set(PLACEHOLDER.findall(text))) == sorted(set(PLACEHOLDER.findall(source))), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_punctuation_is_chinese(language: str) -> None:
    for source, text in translations(language):
        bare = PLACEHOLDER.sub("N", text)
        assert not NARROW_BESIDE_CHINESE.search(bare), f"narrow punctuation: {text}"
        assert "..." not in text and "!" not in text and "！" not in text, text
        assert source.endswith("…") == text.endswith("…"), text
        assert source.endswith(".") == text.endswith("。") or source.endswith("?"), f"full stop: {text}"


@pytest.mark.parametrize(("language", "charset"), [("zh_Hans", "gb2312"), ("zh_Hant", "big5")])
def test_no_character_strays_in_from_the_other_script(language: str, charset: str) -> None:
    for _source, text in translations(language):
        for character in re.findall(rf"[{CHINESE}]", text):
            assert character.encode(charset, errors="ignore"), f"{character} in {text}"


def test_traditional_chinese_is_taiwans() -> None:
    assert [text for _source, text in translations("zh_Hant") if OF_THE_MAINLAND.search(text)] == []

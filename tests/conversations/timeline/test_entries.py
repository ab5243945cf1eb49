"""Why an agent was chosen, as the history tells it."""

import pytest
from django.utils import translation

from conversations.timeline.entries import MAX_NAMES, why_texts

NAMES = {1: "陈老板", 2: "林主管", 3: "小李", **{10 + n: f"客服{n}" for n in range(MAX_NAMES + 1)}}
WHY = {"rule": "least_busy", "candidates": [3], "excluded": {"1": "role", "2": "offline"}}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", ["规则：空闲分配", "候选：小李", "未参与：陈老板（角色不参与分配）、林主管（离线）"]),
        ("zh-hant", ["規則：空閒分配", "候選：小李", "未參與：陈老板（角色不參與分配）、林主管（離線）"]),
        ("en", ["Rule: Least busy", "In question: 小李", "Not considered: 陈老板 (role), 林主管 (Offline)"]),
    ],
)
def test_an_assignment_is_explained_with_the_readers_punctuation(language: str, told: list[str]) -> None:
    with translation.override(language):
        assert list(why_texts(WHY, NAMES)) == told


def test_of_many_names_the_number_is_told() -> None:
    many = {"candidates": [10 + n for n in range(MAX_NAMES + 1)]}
    with translation.override("zh-hans"):
        assert list(why_texts(many, NAMES)) == ["候选：" + "、".join(f"客服{n}" for n in range(MAX_NAMES)) + " …（9）"]

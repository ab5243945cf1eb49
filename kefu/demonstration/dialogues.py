"""Texts of the generated conversations: parses and fills `dialogues.txt`. Pure.

A dialogue begins with `[subject weight] title`. Each line is an act: `>` the customer writes, `<` the agent writes, `#`
the agent leaves a note, `=>` the agent transfers with a note. `~` after the mark: recalled afterwards. `(a|b)` is one
of the alternatives, `{tea}` a variable, which has one value per dialogue.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

SOURCE = Path(__file__).with_name("dialogues.txt")
GOODS, PROMOTION = "商品", "促销"
ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")
HEADING = re.compile(r"\[(\S+) (\d+)\] (.+)")

Kind = Literal["asks", "answers", "notes", "hands_over"]
MARKS: dict[str, Kind] = {">": "asks", "<": "answers", "#": "notes", "=>": "hands_over"}

TEAS = ("雨前龙井", "武夷岩茶", "金芽红茶", "陈年白牡丹", "茉莉龙珠", "古树普洱")
CITIES = ("杭州", "上海", "南京", "成都", "武汉", "广州", "西安", "长沙", "青岛", "厦门", "重庆", "苏州")
CARRIERS = ("顺丰", "中通", "圆通", "韵达", "京东快递")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a dialogue."""

    kind: Kind
    text: str
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A subject and its lines; `weight` is the relative frequency among dialogues of the same kind of day."""

    subject: str
    weight: int
    title: str
    acts: tuple[Act, ...]


@cache
def dialogues() -> tuple[Dialogue, ...]:
    """All dialogues of the file; cached."""
    return tuple(_dialogue(block) for block in SOURCE.read_text().strip().split("\n\n"))


def _dialogue(block: str) -> Dialogue:
    heading, *lines = block.splitlines()
    found = HEADING.fullmatch(heading)
    if found is None:
        raise ValueError(f"not the heading of a dialogue: {heading}")
    return Dialogue(found[1], int(found[2]), found[3], tuple(_act(line) for line in lines))


def _act(line: str) -> Act:
    mark, text = line.split(" ", 1)
    return Act(MARKS[mark.removesuffix("~")], text, recalled=mark.endswith("~"))


def choose(rng: random.Random, *, promotion: bool) -> Dialogue:
    """A random dialogue by weight; on a promotion day 65 % are about the promotion."""
    wanted = promotion and rng.random() < 0.65  # noqa: PLR2004 – see above
    found = [each for each in dialogues() if (each.subject == PROMOTION) is wanted]
    return rng.choices(found, [each.weight for each in found])[0]


def variables(rng: random.Random) -> dict[str, str]:
    """Random values of the variables, for one customer."""
    return {
        "tea": rng.choice(TEAS),
        "city": rng.choice(CITIES),
        "carrier": rng.choice(CARRIERS),
        "order": f"{rng.randrange(10**7, 10**8)}",
        "batch": f"{rng.randrange(1000, 10000)}",
        "few": f"{rng.randrange(3, 9)}",
        "days": f"{rng.randrange(2, 5)}",
        "month": f"{rng.randrange(3, 7)}",
        "time": rng.choice(("16:00", "17:00", "18:00")),
    }


def spoken(rng: random.Random, text: str, values: Mapping[str, str]) -> str:
    """The line with alternatives chosen and variables filled in."""
    return ALTERNATIVES.sub(lambda found: rng.choice(found[1].split("|")), text).format_map(values)

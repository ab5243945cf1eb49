"""The conversations of a folder before it is kept, over HTTP alone: as agents and visitors have them in any release."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

from tests.serving.before.clients import Browser

OWNER, HOLDER, SECOND, LEAVING, STRANGER = "1000@8001", "1002@8001", "1003@8001", "1007@8001", "2001@8002"
PASSWORD = "kefu-demo"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def picture(color: str, size: tuple[int, int]) -> bytes:
    """A PNG of one colour."""
    out = BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def talk(port: int, *, web: str, mall: str, elsewhere: str, leave: Callable[[], None]) -> dict[str, Any]:
    """Everything that can happen in a conversation, on the channels with these public ids. `leave`: the agent who
    served is deleted. Returns what goes into `browsers.json`."""
    agents = {name: agent(port, name) for name in (HOLDER, SECOND, LEAVING, STRANGER)}
    carol, erin, mike = Browser(port), Browser(port), Browser(port)
    pictures(carol, web, agents[HOLDER])
    handed_over(Browser(port), mall, agents[HOLDER], agents[SECOND])
    given_back(Browser(port), web, agents[LEAVING], agents[SECOND])
    comes_again(erin, mall)
    of_another_company(mike, elsewhere, agents[STRANGER])
    leave()
    return {
        "agents": dict.fromkeys((OWNER, SECOND, STRANGER), PASSWORD),
        "owner": OWNER,
        "cookies": {name: value for name, value in agents[HOLDER].cookies.items() if name != "csrf for forms"},
        "visitors": [[web, carol.token], [mall, erin.token], [elsewhere, mike.token]],
    }


def agent(port: int, name: str) -> Browser:
    """Signed in, and there for those who write."""
    browser = Browser(port)
    browser.sign_in(name, PASSWORD)
    browser.command("status.set", status="busy", reason="", requeue=False)
    return browser


def began(visitor: Browser, channel: str, text: str, holder: Browser | None = None) -> str:
    """A conversation that somebody holds, or nobody."""
    visitor.come(channel)
    conversation: str = visitor.post(None, text)["conversation"]
    if holder is not None:
        holder.command("conversation.accept", conversation=conversation)
    return conversation


def pictures(visitor: Browser, channel: str, holder: Browser) -> None:
    """Words, pictures, a document, notes, and what was taken back; it goes on."""
    talk = began(visitor, channel, "这款茶有实物图吗？", holder)
    holder.post(talk, "有的，您看：")
    holder.post(talk, kind="image", file=holder.upload("tea.png", picture("green", (48, 32)), "image/png"))
    holder.post(talk, "客户之前买过岩茶", note=True)
    visitor.post(talk, kind="image", file=visitor.upload("mine.png", picture("red", (20, 30)), "image/png"))
    visitor.post(talk, kind="file", file=visitor.upload("invoice.pdf", PDF, "application/pdf"))
    for words, note in (("这句发错了", False), ("这个备注也撤回", True)):
        wrong = holder.post(talk, words, note=note)
        holder.command("message.recall", conversation=talk, n=wrong["n"])
    visitor.post(talk, "地址 https://tea.example.org/oolong 😀 <b>&amp;</b>")


def handed_over(visitor: Browser, channel: str, giver: Browser, taker: Browser) -> None:
    """To a colleague, with a note."""
    talk = began(visitor, channel, "我的订单 20261130 到哪了？", giver)
    giver.post(talk, "帮您转给售后")
    to = taker.json("/api/desk/state")["me"]["id"]
    giver.command("conversation.transfer", conversation=talk, to=to, note="查一下物流")
    taker.post(talk, "正在为您查询")


def given_back(visitor: Browser, channel: str, leaving: Browser, second: Browser) -> None:
    """One that the agent ended before they left, and one that went back to the queue and on to a colleague."""
    ended = began(visitor, channel, "你们几点下班？", leaving)
    leaving.post(ended, "二十二点。")
    leaving.command("conversation.end", conversation=ended)
    again = began(visitor, channel, "那我再问一句", leaving)
    leaving.command("status.set", status="offline", reason="", requeue=True)
    second.command("conversation.accept", conversation=again)
    second.post(again, "稍等")


def comes_again(visitor: Browser, channel: str) -> None:
    """One that the visitor ended, and one in which they wait."""
    ended = began(visitor, channel, "算了")
    visitor.command("conversation.end", conversation=ended)
    began(visitor, channel, "还是想问问")


def of_another_company(visitor: Browser, channel: str, holder: Browser) -> None:
    """With a picture too."""
    talk = began(visitor, channel, "secret of another company", holder)
    holder.post(talk, kind="image", file=holder.upload("other.png", picture("black", (8, 8)), "image/png"))

"""Changes of settings in the generated history, so that the audit log has entries."""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.agents.settings import MAX_CONCURRENT
from accounts.models import Agent, Group
from accounts.settings import actions as setting_actions
from accounts.settings import places
from channels_app.models import Channel
from channels_app.reception.places import channel_place
from channels_app.reception.settings import WELCOME
from core.actors import Actor
from core.settings.levels import Place
from kefu.demonstration.plan import Month
from kefu.demonstration.stage import Acts, Stage

Action = Callable[[Actor], None]
OWNER, SUPERVISOR = "1000", "1001"
USUAL_WELCOME = "您好，这里是清山茶铺手机商城，订单、物流和活动都可以问我们。"
PROMOTION_WELCOME = "您好，今天会员日，全场满 199 减 40、满 399 减 100，有问题随时问我们。"
PROMOTION_CAP = 15


class Chores:
    """Schedules the changes on the stage."""

    def __init__(self, stage: Stage, month: Month, channels: list[Channel]) -> None:
        self.stage = stage
        self.month = month
        self.shop = channels[-1]
        self.actors = {agent.number: agent.actor() for agent in Agent.objects.select_related("role")}

    def plan(self) -> None:
        """Schedules a new welcome text, and the settings of the promotion day before and after it; nothing in a short
        history."""
        first, promotion = self.month.first, self.month.promotion
        if promotion <= first + timedelta(days=3):
            return  # too short a past for all that
        self._enter(self.month.at(first + timedelta(days=2), "10:21"), SUPERVISOR, self._set_welcome(USUAL_WELCOME))
        before = promotion - timedelta(days=1)
        self._enter(self.month.at(before, "17:32"), SUPERVISOR, self._set_caps(PROMOTION_CAP))
        self._enter(self.month.at(before, "17:48"), OWNER, self._set_welcome(PROMOTION_WELCOME))
        after = promotion + timedelta(days=1)
        self._enter(self.month.at(after, "09:42"), SUPERVISOR, self._set_caps(None))
        self._enter(self.month.at(after, "09:47"), SUPERVISOR, self._set_welcome(USUAL_WELCOME))

    def _enter(self, at: datetime, number: str, action: Action) -> None:
        if at < self.month.closes:
            self.stage.enter(at, self._does(number, action))

    def _does(self, number: str, action: Action) -> Acts:
        action(self.actors[number])
        yield None

    def _set_welcome(self, text: str) -> Action:
        return lambda actor: setting_actions.set_override(
            actor=actor, place=channel_place(self.shop), setting=WELCOME.name, value=text
        )

    def _set_caps(self, cap: int | None) -> Action:
        """Sets the cap of the agents of every group; None removes the override."""

        def change(actor: Actor) -> None:
            for group in Group.objects.all():
                _change_cap(actor, places.group_place(group), cap)

        return change


def _change_cap(actor: Actor, place: Place, cap: int | None) -> None:
    if cap is None:
        setting_actions.clear_override(actor=actor, place=place, setting=MAX_CONCURRENT.name)
    else:
        setting_actions.set_override(actor=actor, place=place, setting=MAX_CONCURRENT.name, value=cap)

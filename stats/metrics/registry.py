"""All metrics, and the remarks that apply to every one of them, for pages, exports and docs/data-model.md."""

from django.utils.translation import gettext_lazy as _

from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Text
from stats.metrics.overview import OVERVIEW

METRICS = {metric.name: metric for metric in (*OVERVIEW, *WORKLOAD)}

READINGS: tuple[tuple[Text, Text], ...] = (
    (
        _("Agent group"),
        _("A group stands for the conversations that agents were given through it, as it was at that moment: who leaves"
          " the group or the company later changes nothing. What somebody accepted, or was transferred, counts in the"
          " first of their groups that serves the service account."),
    ),
    (
        _("Agents"),
        _("Enabled agents whom the rules give conversations stand there with 0 if they held nothing. Deleted agents"
          " keep their numbers and are marked."),
    ),
    (
        _("Recalled messages"),
        _("A recalled message was written, and counts: of customers as a message, of agents as a reply."),
    ),
    (
        _("First response of groups and agents"),
        _("Conversations that somebody else answered first are left out of the average, not of the other numbers."),
    ),
)  # fmt: skip

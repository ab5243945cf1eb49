"""Selects are drawn as Django draws them, by a template of our own that is quick with many options."""

from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting

CHOICES = [
    ("", 'nobody\'s "<b>"'),
    ("team", [("1", "one"), ("2", "two & more")]),
    *((n, f"agent {n}") for n in range(9)),
]


def test_a_select_is_drawn_as_django_draws_it() -> None:
    for widget in (forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES)):
        for attributes in ({}, {"class": "select", "disabled": True, "hidden": False}):
            ours, djangos = (
                widget.render("name", ["2", 7], attributes, renderer)
                for renderer in (TemplatesSetting(), DjangoTemplates())
            )
            assert ours == djangos
            assert "selected" in ours

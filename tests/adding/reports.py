"""The console with other reports than it has."""

import runpy
from collections.abc import Sequence

import pytest
from django.conf import LazySettings
from django.urls import include, path

from kefu import urls
from stats.reports import registry
from stats.reports.report import Report
from tests.house.sources import ROOT


def register_reports(reports: Sequence[Report], monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """As if these stood in the registry."""
    monkeypatch.setattr(registry, "REPORTS", tuple(reports))
    routes = runpy.run_path(str(ROOT / "stats" / "urls.py"))["urlpatterns"]
    monkeypatch.setattr(urls, "urlpatterns", [path("", include((routes, "stats"))), *urls.urlpatterns])
    settings.ROOT_URLCONF = urls.__name__  # read anew

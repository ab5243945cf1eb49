"""The glue of kefu 客服."""

from kefu.celery import app as celery_app

__all__ = ["celery_app"]

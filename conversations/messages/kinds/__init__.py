"""Kinds of messages, one per file; importing the package registers them."""

from core.modules import modules_in

modules_in(__name__, __path__)

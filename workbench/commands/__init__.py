"""Commands of agents; importing the package registers them."""

from core.modules import modules_in

MODULES = modules_in(__name__, __path__)

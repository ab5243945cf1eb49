"""What visitors may ask for over the live connection. Imported, the handlers of every file here are registered."""

from core.modules import modules_in

MODULES = modules_in(__name__, __path__)

"""What messages are made of. Each file here declares a kind; what this package is imported by knows them all."""

from core.modules import modules_in

modules_in(__name__, __path__)

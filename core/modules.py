"""Files that are found by their folder, so that nothing lists them."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules_in(package: str, path: Iterable[str]) -> tuple[ModuleType, ...]:
    """The modules of a package, imported, by name; a package asks with its own `__name__` and `__path__`."""
    return tuple(import_module(f"{package}.{file.name}") for file in iter_modules(path))

"""`manage.py compile_texts`: the interface texts, compiled with polib."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kefu.serving.texts import ROOT, compile_texts


class Command(BaseCommand):
    """Compiles the interface texts that changed."""

    help = "Compiles the interface texts that changed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also those that did not change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_texts(force=options["all"])
        except OSError as error:
            # polib says what is wrong in a file as OSError too.
            raise CommandError(f"The interface texts cannot be compiled: {error}") from error
        for path in written:
            self.stdout.write(f"compiled {path.relative_to(ROOT)}")

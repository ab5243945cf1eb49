"""`manage.py build`: compiles texts and collects static files; needs no server. Container images run it once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.autoreload import file_changed

from kefu.serving import static_build
from kefu.serving.texts import compile_texts


class Command(BaseCommand):
    """Compiles the interface texts and collects the static files, where they changed."""

    help = "Compiles the interface texts and collects the static files under hashed names, where they changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_texts()
            for path in written:
                # Translations loaded before compiling are empty; the demo, made later in this process, needs the
                # Chinese ones.
                file_changed.send(sender=Command, file_path=path)
            if written:
                self.stdout.write(f"interface texts compiled: {len(written)}")
            if static_build.collect():
                self.stdout.write("static files collected")
        except OSError as error:
            raise CommandError(f"The texts and static files cannot be built: {error}") from error

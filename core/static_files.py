"""Static files under hashed names, so that browsers may keep them for ever; our own scripts are made small."""

import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN = "kefu/"


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports are rewritten in our own modules only: a JSDoc `import()` in other people's files would break it."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("kefu/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Django hashes the sources, not the copies: small ones take their place before it does."""
        with tempfile.TemporaryDirectory() as folder:
            for name in [name for name in paths if name.startswith(OWN) and name.endswith(".js")]:
                storage, path = paths[name]
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with storage.open(path) as source:
                    target.write_text(squeeze(source.read().decode()))
                paths[name] = (FileSystemStorage(folder), name)
            yield from super().post_process(paths, dry_run, **options)


def squeeze(script: str) -> str:
    """Through the minifier, where there is a wheel of it for this machine; otherwise as it is."""
    if find_spec("minify") is None:
        return script
    import minify

    return str(minify.string("application/javascript", script))

"""Static files under hashed names, which browsers may cache for ever; our own scripts and style sheets are minified."""

import re
import tempfile
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.web.scripts import JOINED, join_modules, late_scripts

OWN = "kefu/"
IMPORT = re.compile(r'@import "([^"]+)";\n?')


# The form of a lazy import in page.js, which Django's own patterns do not know.
LATE = (
    r"""(?P<matched>new URL\(["'](?P<url>[^"']+\.js)["'],\s*import\.meta\.url\))""",
    'new URL("%(url)s",import.meta.url)',
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Rewrites imports in our own modules only: a JSDoc `import()` in vendored files would break it."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("kefu/*.js", (*CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1], LATE)),
    )

    @cache  # noqa: B019 – there is one storage, for as long as the process runs
    def url(self, name: str, force: bool = False) -> str:
        """Django's, worked out once: a page has a dozen addresses, which change when files are collected."""
        return str(super().url(name, force))

    def file_hash(self, name: str, content: Any = None) -> Any:
        """The first eight digits: enough to tell versions apart, and modules repeat the names of all they import."""
        return (super().file_hash(name, content) or "")[:8] or None

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Django's, after minifying: it hashes the sources, so minified copies take their place before."""
        with tempfile.TemporaryDirectory() as folder:
            for name in [name for name in paths if name.startswith(OWN) and name.endswith((".js", ".css"))]:
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(collected(name))
                paths[name] = (FileSystemStorage(folder), name)
            yield from super().post_process(paths, dry_run, **options)


def collected(name: str) -> str:
    """The text of one of our files as browsers get it."""
    if name in JOINED or name in late_scripts():
        return join_modules(name, partial(minified, name))
    return minified(name, source_of(name))


def source_of(name: str) -> str:
    """The text of one of our files; in a style sheet imported ones replace their `@import`."""
    path = Path(finders.find(name) or name)
    text = path.read_text()
    if path.suffix != ".css":
        return text
    return IMPORT.sub(lambda found: source_of(str((path.parent / found[1]).resolve())), text)


def minified(name: str, text: str) -> str:
    """The minified text; unchanged where no wheel of the minifier exists for this platform."""
    if find_spec("minify") is None:
        return text
    import minify

    return str(minify.string("text/css" if name.endswith(".css") else "application/javascript", text))

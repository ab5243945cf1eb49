"""Scripts that are served as one file with what they import. To read and to test, each module stays a file."""

import re
from os.path import relpath
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
# Whole by itself, but for these: modules that are loaded late import them too, and a page has only one of each.
JOINED = {"kefu/chat/chat.js": ("kefu/js/base/page.js", "kefu/js/live/live.js")}
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
LATE = re.compile(r'\b(new URL|import)\("(\.[^"]+)"')
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:(?:async )?function|const|let|class) (\w+)", re.MULTILINE)


def join_modules(name: str) -> str:
    """The text of a script with the modules that it imports before it, each once; what it still imports comes first."""
    path = STATIC / name
    imported: dict[Path, set[str]] = {}
    bodies: dict[Path, str] = {}
    apart = {STATIC / other for other in JOINED[name]}

    def add(module: Path) -> None:
        text = module.read_text()
        for names, address in IMPORT.findall(text):
            found = (module.parent / address).resolve()
            if found in apart:
                imported.setdefault(found, set()).update(re.findall(r"[\w$]+", names))
            elif found not in bodies:
                add(found)
        body = EXPORT.sub("", IMPORT.sub("", text))
        bodies[module] = LATE.sub(lambda late: f'{late[1]}("{_address((module.parent / late[2]).resolve())}"', body)

    def _address(found: Path) -> str:
        address = relpath(found, path.parent)
        return address if address.startswith(".") else f"./{address}"

    add(path)
    imports = (
        f'import {{ {", ".join(sorted(imported[each]))} }} from "{_address(each)}";\n' for each in sorted(imported)
    )
    return "".join([*imports, *bodies.values()])

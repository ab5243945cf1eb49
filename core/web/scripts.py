"""Scripts that are served as one file with what they import. Each module is a file, to read, to debug and to test."""

import re
from os.path import relpath
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
# What modules import that are loaded late: a page has only one of each, so they are files by themselves.
APART = ("kefu/js/base/page.js", "kefu/js/live/refusal.js")
JOINED = ("kefu/chat/chat.js", "kefu/js/pages/workbench.js")
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
LATE = re.compile(r'\b(new URL|import)\("(\.[^"]+)"')
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)


def join_modules(name: str) -> str:
    """The text of a script with all that it imports before it, each module once and in a scope of its own.

    As our modules are written: imports of names at the beginning, exports where something is declared, no circles.
    """
    script = STATIC / name
    apart: dict[Path, set[str]] = {}
    modules: dict[Path, str] = {}

    def address(path: Path) -> str:
        found = relpath(path, script.parent)
        return found if found.startswith(".") else f"./{found}"

    def add(module: Path) -> None:
        known = []
        text = module.read_text()
        for names, other in IMPORT.findall(text):
            found = (module.parent / other).resolve()
            wanted = [each.strip() for each in names.split(",") if each.strip()]
            if str(found.relative_to(STATIC)) in APART:
                apart.setdefault(found, set()).update(wanted)
                continue
            if found not in modules:
                add(found)
            known.append(f"const {{ {', '.join(wanted).replace(' as ', ': ')} }} = m{list(modules).index(found)};\n")
        exports = EXPORT.findall(text)
        body = EXPORT.sub("", IMPORT.sub("", text))
        body = LATE.sub(lambda late: f'{late[1]}("{address((module.parent / late[2]).resolve())}"', body)
        modules[module] = f"{''.join(known)}{body}return {{ {', '.join(exports)} }};\n"

    add(script)
    imports = [f'import {{ {", ".join(sorted(apart[each]))} }} from "{address(each)}";\n' for each in sorted(apart)]
    return "".join(
        [*imports, *(f"const m{at} = (() => {{\n{body}}})();\n" for at, body in enumerate(modules.values()))]
    )

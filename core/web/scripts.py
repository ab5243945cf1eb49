"""Scripts that are served as one file with what they import. Each module is a file, to read, to debug and to test.

As our modules are written: imports of names at the beginning, exports where something is declared, no circles. Other
lines that begin with `import` or `export` are refused. Why it is ours: docs/decisions/0013-scripts-are-joined-here.md.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
# What modules import that are loaded late: a page has only one of each, so they are files by themselves.
APART = ("kefu/js/base/page.js", "kefu/js/live/refusal.js")
JOINED = (
    "kefu/chat/chat.js",
    "kefu/js/pages/workbench.js",
    "kefu/js/console/console.js",
    "kefu/js/console/charts.js",
    "kefu/js/pages/monitor.js",
)
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
LATE = re.compile(r'\b(new URL|import)\("(\.[^"]+)"')
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
LIVE_EXPORT = re.compile(r"^export (?=let )", re.MULTILINE)
REFUSED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class CannotJoin(ValueError):
    """A script that is not written as it has to be; says where."""


@dataclass(frozen=True)
class Module:
    """A file of a script. `imports` has the names by module ("a", "b as c"); `exports` are those that do not change."""

    path: Path
    text: str
    imports: dict[Path, list[str]]
    exports: list[str]

    def body(self, *marks: re.Pattern[str]) -> str:
        """The text without its imports and these marks of exports."""
        text = IMPORT.sub("", self.text)
        for mark in marks:
            text = mark.sub("", text)
        if found := REFUSED.search(text):
            raise CannotJoin(f"{self.path}: {found[0]}")
        return text


def join_modules(name: str, small: Callable[[str], str] = str) -> str:
    """A module script as one: each module in a scope of its own, and what stands apart imported from there. It exports
    what its entry does.

    `small` makes each module's part smaller. Each part begins a line, in the order of `modules_of`, so that an
    error's line says which module it is from.

    Importers get what an export was when its module had run, so `export let` is refused.
    """
    script = STATIC / name
    modules = {module.path: module for module in modules_of(name, APART)}
    variables = {path: f"m{at}" for at, path in enumerate(modules)}

    def scope(module: Module) -> str:
        within = [(other, names) for other, names in module.imports.items() if other in modules]
        taken = [_taken(variables[other], modules[other], names) for other, names in within]
        body = _late_from(script, module.path, module.body(EXPORT))
        given = f"return [{', '.join(module.exports)}];\n"
        return f"const {variables[module.path]} = (() => {{\n{''.join(taken)}{body}{given}}})();\n"

    exports = modules[script].exports
    given = f"export const [{', '.join(exports)}] = {variables[script]};\n" if exports else ""
    parts = ["".join(_imports_apart(script, modules)), *map(scope, modules.values()), given]
    # Hashed names take the place of imports that end in a semicolon, which minifiers leave out at the end.
    return "".join(f"{small(part).rstrip().removesuffix(';')};\n" for part in parts if part)


def join_in_one_scope(name: str, given: Iterable[str] = ()) -> str:
    """The body of a classic script: all modules but the `given` ones in one scope, which is the smallest form.

    Each name at the top level stands for one thing in all of them. Imports under another name are refused.
    """
    modules = modules_of(name, given)
    for module in modules:
        if any(" as " in each for names in module.imports.values() for each in names):
            raise CannotJoin(f"{module.path} imports under another name")
    return "".join(module.body(EXPORT, LIVE_EXPORT) for module in modules)


def modules_of(name: str, left_out: Iterable[str] = ()) -> list[Module]:
    """A script and all that it imports, each once and after what it imports itself."""
    without = {STATIC / each for each in left_out}
    found: dict[Path, Module] = {}

    def add(path: Path, above: tuple[Path, ...]) -> None:
        if path in above:
            raise CannotJoin(f"a circle: {' > '.join(each.name for each in (*above, path))}")
        module = _read(path)
        for other in module.imports:
            if other not in found and other not in without:
                add(other, (*above, path))
        found[path] = module

    add(STATIC / name, ())
    return list(found.values())


def _read(path: Path) -> Module:
    text = path.read_text()
    imports: dict[Path, list[str]] = {}
    for names, address in IMPORT.findall(text):
        each = [name.strip() for name in names.split(",") if name.strip()]
        imports.setdefault((path.parent / address).resolve(), []).extend(each)
    return Module(path, text, imports, EXPORT.findall(text))


def _taken(variable: str, module: Module, names: Iterable[str]) -> str:
    """By place and not by name, which minifiers keep."""
    wanted = {name.split(" as ")[0]: name.split(" as ")[-1] for name in names}
    if missing := wanted.keys() - set(module.exports):
        raise CannotJoin(f"{module.path} does not export {', '.join(sorted(missing))}")
    return f"const [{', '.join(wanted.get(each, '') for each in module.exports)}] = {variable};\n"


def _imports_apart(script: Path, modules: dict[Path, Module]) -> list[str]:
    names: dict[Path, set[str]] = {}
    for module in modules.values():
        for other in module.imports.keys() - modules.keys():
            names.setdefault(other, set()).update(module.imports[other])
    return [f'import {{ {", ".join(sorted(names[at]))} }} from "{_address(script, at)}";\n' for at in sorted(names)]


def _late_from(script: Path, module: Path, body: str) -> str:
    """What a module loads late is found from the script's folder."""
    return LATE.sub(lambda late: f'{late[1]}("{_address(script, (module.parent / late[2]).resolve())}"', body)


def _address(script: Path, other: Path) -> str:
    found = relpath(other, script.parent)
    return found if found.startswith(".") else f"./{found}"

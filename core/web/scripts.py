"""Scripts that are served as one file with what they import. Each module is a file, to read, to debug and to test.

As our modules are written: imports of names at the beginning, exports where something is declared, no circles. Other
lines that begin with `import` or `export` are refused. Why it is ours: docs/decisions/0013-scripts-are-joined-here.md.

What a page loads late (page.js, `late`) is one file, too. Of the modules that it imports, those of the page's script
come from there, so that a page has only one of each.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from os.path import relpath
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
# Pages whose only script it is: it holds all that they import.
WHOLE = ("kefu/chat/chat.js", "kefu/js/pages/workbench.js", "kefu/chat/closed.js", "kefu/chat/sample.js")
# Pages of the console have several, which share what stands apart.
CONSOLE = ("kefu/js/console/console.js", "kefu/js/console/charts.js", "kefu/js/pages/monitor.js")
APART = ("kefu/js/base/page.js",)
JOINED = WHOLE + CONSOLE
# Scripts of message kinds, which the pages' configuration names (conversations/messages/contents.py).
CONTENTS = "kefu/js/thread/contents"
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
LATE = re.compile(r'\b(new URL|import)\("(\.[^"]+)"')
HANDED = "kefuModules"
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) ([\w$]+))", re.MULTILINE)
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
    what its entry does. A page's script hands modules to those that are loaded late; these take them.

    `small` makes each module's part smaller. Each part begins a line, in the order of `modules_of`, so that an
    error's line says which module it is from.

    Importers get what an export was when its module had run, so `export let` is refused.
    """
    script = STATIC / name
    modules = {module.path: module for module in modules_of(name, left_out_of(name))}
    variables = {path: f"m{at}" for at, path in enumerate(modules)}
    places = variables if name in JOINED else variables | {path: f"{HANDED}[{at}]" for at, path in enumerate(handed())}

    def scope(module: Module) -> str:
        within = [(other, names) for other, names in module.imports.items() if other in places]
        taken = [_taken(places[other], _read(other), names) for other, names in within]
        body = _late_from(script, module.path, module.body(EXPORT))
        given = f"return [{', '.join(module.exports)}];\n"
        return f"const {variables[module.path]} = (() => {{\n{''.join(taken)}{body}{given}}})();\n"

    exports = modules[script].exports
    given = f"export const [{', '.join(exports)}] = {variables[script]};\n" if exports else ""
    apart = "".join(_imports_apart(script, modules)) if name in CONSOLE else ""
    parts = [apart, *map(scope, modules.values()), _hand_out(variables) if name in WHOLE else "", given]
    # Hashed names take the place of imports that end in a semicolon, which minifiers leave out at the end.
    return "".join(f"{small(part).rstrip().removesuffix(';')};\n" for part in parts if part)


def left_out_of(name: str) -> list[str]:
    """What a joined script does not hold although it imports it."""
    if name in JOINED:
        return [] if name in WHOLE else list(APART)
    return [str(path.relative_to(STATIC)) for path in handed()]


def _hand_out(variables: Mapping[Path, str]) -> str:
    """In time for late scripts: none is there before the page's has run."""
    return f"globalThis.{HANDED} = [{', '.join(variables.get(path, '') for path in handed())}];\n"


@cache
def late_scripts() -> frozenset[str]:
    """The scripts that pages of one script load late."""
    return frozenset(str(late.relative_to(STATIC)) for _, late in _late_by_page())


@cache
def handed() -> tuple[Path, ...]:
    """The modules that late scripts take from their page's, known by their places here."""
    wanted = [(page, late, _wanted(page, late)) for page, late in _late_by_page()]
    found = {path for page, _, paths in wanted for path in paths & _held(page)}
    for page, late, paths in wanted:
        if missing := (paths & found) - _held(page):
            raise CannotJoin(f"{late} wants {min(missing)}, which {page} does not have, and other pages hand out")
    return tuple(sorted(found))


@cache
def _held(page: str) -> frozenset[Path]:
    return frozenset(module.path for module in modules_of(page))


def _wanted(page: str, late: Path) -> set[Path]:
    """What a late script and the modules that come with it import."""
    inside = [str(path.relative_to(STATIC)) for path in _held(page)]
    return {other for module in modules_of(str(late.relative_to(STATIC)), inside) for other in module.imports}


@cache
def _late_by_page() -> frozenset[tuple[str, Path]]:
    """Each page with each script that it loads late, or that such a one does."""
    found: set[tuple[str, Path]] = set()
    for page in WHOLE:
        shows_messages = STATIC / f"{CONTENTS}.js" in _held(page)
        waiting = [late for path in _held(page) for late in _late_in(path)]
        waiting += (STATIC / CONTENTS).glob("*.js") if shows_messages else ()
        while waiting:
            late = waiting.pop()
            if late in _held(page):
                raise CannotJoin(f"{page} imports {late}, and loads it late")
            if (page, late) not in found:
                found.add((page, late))
                waiting += [other for path in {late} | _wanted(page, late) - _held(page) for other in _late_in(path)]
    return frozenset(found)


def _late_in(path: Path) -> list[Path]:
    return [(path.parent / address).resolve() for _, address in LATE.findall(path.read_text())]


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

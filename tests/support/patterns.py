"""Every regular expression of the program, found by walking it, and texts made to slow each down."""

import ast
import importlib
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from pydantic import AfterValidator, BeforeValidator

import bot
import config
import handlers
import storage
from tests.paths import ROOT

OURS = (config, storage, handlers, bot)
SCRIPTS = sorted((ROOT / "bot/channels/web/static").glob("*.js"))
SIGNS = 20_000
MOST_FRAGMENTS = 40  # of a pattern's own
# What people and attackers write: of all scripts, joined and apart, with and without an end.
FRAGMENTS = (
    *("а", "a", "я", "люк", "не ", "не горит ", "запах ", "провод ", "кипят", "спасибо ", "1", "0"),
    *(" ", "\n", "\t", "\r", "\u00a0", "\u2028", "-", "_", ".", ",", ":", "/", "@", "&", "#", "*"),
    *("[", "[a", "\\", '"', "<", "(", "=", "%", "٣", "१", "й", "и\u0306", "\u0301", "\u200d"),
    *(
        "👍",
        "👨\u200d👩\u200d",
        "🏴\U000e0067",
        "\U000e0067",
        "\u202e",
        "漢",
        "ا",
        "аa",
        "а1",
        "1а",
    ),
    *("МЦУ-26-", "МЦУ-", "26-000012", "а-", "://", "token=", "access_token=", "vk1.a.", "1:a"),
    *("12345:abc", "@имя ", "[id1|", "?code=", "доброе ", "огромное ", "кто ", "/a", "/a@", "con."),
)
BYTES = (b"\xff", b"\x00", b"\xff\xff\x00", b"\xff\xd8", b"\xff\xd0", b"\xd0", b"a", b" ", b"1")
# A script's literal stands where a value may: after what opens, an operator, or a comma.
IN_SCRIPT = re.compile(
    r"(?:^|[=(,:?!&|;{\[])\s?/(?P<pattern>(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])*)/[dgimsuvy]*"
)
Walked = Iterator[tuple[str, re.Pattern[Any]]]


def modules() -> Iterator[types.ModuleType]:
    """Every module of the program."""
    for package in OURS:
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name != "storage.migrations.env":  # a script that Alembic runs
                yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern that the program holds, by the first place where it was found."""
    seen: set[int] = set()
    found: dict[re.Pattern[Any], str] = {}
    for module in modules():
        for name, value in vars(module).items():
            for where, pattern in _inside(value, f"{module.__name__}.{name}", seen):
                found.setdefault(pattern, where)
    return {where: pattern for pattern, where in found.items()}


def _inside(value: object, where: str, seen: set[int]) -> Walked:
    """What a value holds: a pattern, one of its methods, containers, classes, what functions keep."""
    if isinstance(value, re.Pattern):
        yield where, value
        return
    if id(value) in seen or isinstance(value, types.ModuleType | str | bytes | int | float):
        return
    seen.add(id(value))
    for name, part in _parts(value):
        yield from _inside(part, f"{where}.{name}", seen)


def _parts(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict | types.MappingProxyType):
        yield from _numbered(value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from _numbered(value)
    elif isinstance(value, types.FunctionType):
        yield from _numbered(value.__defaults__ or ())
        yield from (value.__kwdefaults__ or {}).items()
        yield from (("closure", vars_of_cell(cell)) for cell in value.__closure__ or ())
    elif isinstance(value, types.BuiltinMethodType | types.MethodType):
        yield value.__name__, value.__self__
    elif typing.get_origin(value) is typing.Annotated:
        yield from _numbered(value.__metadata__)  # type: ignore[attr-defined]
    elif isinstance(value, AfterValidator | BeforeValidator):
        yield "func", value.func
    if _is_ours(value):
        yield from vars_of(value).items()
        yield from ((n, getattr(value, n, None)) for n in getattr(type(value), "__slots__", ()))


def _numbered(values: Iterable[object]) -> Iterator[tuple[str, object]]:
    yield from ((str(number), part) for number, part in enumerate(values))


def _is_ours(value: object) -> bool:
    """Also what a cache or another wrapper holds of ours: it says where it was written."""
    owner = vars_of(value).get("__module__") or getattr(type(value), "__module__", "")
    return str(owner).split(".")[0] in {package.__name__ for package in OURS}


def vars_of_cell(cell: types.CellType) -> object:
    """What a function has kept, None where that is not filled yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def vars_of(value: object) -> dict[str, object]:
    """Its own attributes; none of what has no place for any."""
    try:
        return dict(vars(value))
    except TypeError:
        return {}


def page_patterns() -> dict[str, re.Pattern[str]]:
    """Those of the page's scripts, which must be such that Python reads them alike."""
    return {
        f"{path.relative_to(ROOT)}:{number}": re.compile(found["pattern"])
        for path in SCRIPTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for found in IN_SCRIPT.finditer(line.partition("// ")[0])
    }


def unfound() -> list[str]:
    """Places where a pattern is used that the walk cannot find: made inside of a function."""
    places = []
    for package in OURS:
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            places += [f"{path.relative_to(ROOT)}:{line}" for line in _inner(tree)]
    return places + [path.name for path in SCRIPTS if "RegExp(" in path.read_text(encoding="utf-8")]


def _inner(tree: ast.Module) -> Iterator[int]:
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "re"
        for alias in node.names
    }
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                if called.value.id == "re" and called.attr not in ("escape", "purge"):
                    yield node.lineno
            elif isinstance(called, ast.Name) and called.id in names:
                yield node.lineno


def attacks(pattern: re.Pattern[Any]) -> list[Any]:
    """Texts of 20,000 signs that begin to match again and again, and never do it to the end."""
    whole = parser.parse(pattern.pattern, pattern.flags)
    own: dict[str, None] = {}
    for path in _paths(whole):
        text = ""
        for item in path:
            text += item
            own[item] = own[text] = None
    fragments = _some([fragment for fragment in own if fragment], MOST_FRAGMENTS)
    if isinstance(pattern.pattern, bytes):
        made = [fragment.encode("latin-1", "ignore") for fragment in fragments]
        return [
            _filled(one, end) for one in (*made, *BYTES) if one for end in (b"", b"\x00", b"\xff")
        ]
    texts = [_filled(one, "") for one in (*fragments, *FRAGMENTS)]
    texts += [_filled(f"{one} ", "!") for one in fragments]
    texts += [_filled(one, "\x01") for one in fragments]
    # One beginning, then what any repetition takes, and an end that fits nothing.
    runs = ("я", "1", " ", "а ")
    texts += [one + _filled(run, "\x01") for one in _some(fragments, 12) for run in runs]
    return list(dict.fromkeys(texts))


def _some(values: list[str], most: int) -> list[str]:
    """At most so many of them, from all over."""
    step = max(len(values) / most, 1)
    return [values[int(n * step)] for n in range(min(most, len(values)))]


def _filled(fragment: Any, end: Any) -> Any:
    return (fragment * (SIGNS // len(fragment) + 1))[: SIGNS - len(end)] + end


def _paths(items: Any, most: int = 60) -> list[list[str]]:
    """Some ways through a pattern, each as the strings that its parts take."""
    paths: list[list[str]] = [[]]
    literal = ""
    for kind, what in (*items, (signs.AT, None)):
        if kind is signs.LITERAL:
            literal += chr(what)
            continue
        ways = [[literal, *way] if literal else way for way in _ways(kind, what)]
        literal = ""
        paths = [path + way for path in paths for way in ways][:most]
    return paths


def _ways(kind: Any, what: Any) -> list[list[str]]:
    if kind is signs.BRANCH:
        return [path for branch in what[1] for path in _paths(branch)]
    if kind is signs.SUBPATTERN:
        return _paths(what[3])
    if kind is signs.ATOMIC_GROUP:
        return _paths(what)
    if kind in (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT):
        least, _most, inner = what
        once = [["".join(path) * max(least, 1)] for path in _paths(inner)]
        return once if least else [*once, []]
    if kind in (signs.ASSERT, signs.ASSERT_NOT, signs.AT, signs.GROUPREF):
        return [[]]
    return [[sign] for sign in _samples(kind, what)] or [[]]


def _samples(kind: Any, what: Any) -> list[str]:
    """Signs that a set takes."""
    candidates = "aя1 -_.,:/@!\n\u0301👍\xff\x00"
    if kind is signs.IN:
        named = [chr(value) for name, value in what if name is signs.LITERAL]
        named += [chr(value[0]) for name, value in what if name is signs.RANGE]
        of_kind = [sign for name, value in what for sign in _samples(name, value)[:1]]
        return list(dict.fromkeys([*named[:2], *of_kind[:2]]))
    if kind is signs.CATEGORY:
        word = str(what)
        for text, fitting in (("NOT_WORD", " "), ("NOT_SPACE", "я"), ("NOT_DIGIT", "я")):
            if text in word:
                return [fitting]
        return {"WORD": ["я"], "SPACE": [" "], "DIGIT": ["1"]}.get(word.rpartition("_")[2], [])
    if kind is signs.NOT_LITERAL:
        return [sign for sign in candidates if ord(sign) != what][:1]
    return ["я"] if kind is signs.ANY else []


def uses(pattern: re.Pattern[Any], where: str = "") -> list[tuple[str, Callable[[Any], object]]]:
    """What looks at every place of a text, and what must take it whole: the others do less.

    Of a bound ``fullmatch`` that something keeps (``where`` says so) that alone.
    """
    nothing: Any = b"" if isinstance(pattern.pattern, bytes) else ""
    if where.endswith(".fullmatch"):
        return [("fullmatch", pattern.fullmatch)]
    return [
        ("fullmatch", pattern.fullmatch),
        ("sub", lambda text: pattern.sub(nothing, text)),
    ]

"""The catalogue: every text is used, every used text is there with its variables, all read well."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pytest

from config.settings.channels import CHANNELS
from config.texts import Texts
from handlers.appeals.lifecycle import BY_STATE
from handlers.appeals.states import BY, SAID, TRANSITIONS, Action, State
from handlers.staff.card_forms import REASONS
from handlers.wording.kinds import KINDS
from tests.paths import ROOT
from tests.support.catalogue import Catalogue, Message

ROOMS = ("bot", "handlers", "config", "storage")
MESSAGES = Catalogue.load().messages

CALLS = {"texts", "_texts", "t", "button"}  # what takes a key as its first argument
OF_BUTTONS = {
    "press",
    "tone",
    "kind",
    "url",
    "number",
}  # arguments of button() that are no variables
# Arguments of questions that are keys of texts.
KEY_ARGUMENTS = {"ask", "ask_suggested", "title", "skip_label", "send_label", "keyboard_word"}
LABEL_ARGUMENTS = {"skip_label", "send_label"}
KEY_PREFIX = re.compile(r"[a-z][a-z0-9_-]*-")
# What an employee does and the resident is told.
TOLD = {action for action, role in BY.items() if role == "employee"} - {Action.RELEASE}
LABEL = 40  # VK cuts there

# Latin words that readers know by these letters, or have to type as they are.
LATIN = """
    ABC-DEF API ClamAV Compose Docker Kubernetes MAX Bot BotFather Callback Ctrl Disable Excel HTTPS S3 JavaScript Long PDF PEM Poll
    PostgreSQL StreamMaxLength Telegram Token UTF-8 VK Word YAML all clamd conf cookie drop false freshclam https id mcu-bot off on parked run ssh
    ru-central1 show true us-east-1 JPEG PNG SVG WebP QR-кодами
"""
# Addresses, settings, commands, accounts, file endings, a statement for the database.
TECHNICAL = re.compile(
    r"\w+://\S*|\w[\w.-]*[:/+][\w:/+.-]+|MCU_\w+\S*|/\w+|@\w+|\.[a-z]+\b|GRANT [^;]+;|[a-z]+:(?=[ »])"
    r"|«(?:ssh|docker|kubectl) [^»]+»"
)
PLACEABLE = re.compile(r"\{[^}]*\}")
SENTENCE_ENDS = re.compile(
    r"""
    [.!?:…] | [.!?]\) | \}                          # a mark, or what a variable brings
    | /\w+ | https?://\S+ | GRANT\ [^;]+;           # a command, an address, a statement
    | /\w+\ —\ [^.!?]+                              # a command in a list
    | (?:Например|например):?\ [^.!?]+              # an example
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Call:
    """A call that names a text: ``given`` are its variables, ``open``: there may be more."""

    place: str
    key: str
    given: frozenset[str]
    open: bool
    is_button: bool


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def literals(node: ast.expr) -> Iterator[str]:
    """The strings that an expression may be, where they stand there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


@lru_cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in paths
    )


@lru_cache
def calls() -> tuple[Call, ...]:
    """Every call of the catalogue with a key that stands there."""
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and name_of(node.func) in CALLS):
                continue
            is_button = name_of(node.func) == "button"
            given = {keyword.arg for keyword in node.keywords if keyword.arg}
            found += [
                Call(
                    f"{path}:{node.lineno}",
                    key,
                    frozenset(given - OF_BUTTONS if is_button else given),
                    any(keyword.arg is None for keyword in node.keywords),
                    is_button,
                )
                for key in literals(node.args[0])
            ]
    return tuple(found)


@lru_cache
def key_arguments() -> tuple[tuple[str, str, str], ...]:
    """Keys given to questions: where, as which argument, the key."""
    return tuple(
        (f"{path}:{node.lineno}", str(keyword.arg), key)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node.func)[:1].isupper()
        for keyword in node.keywords
        if keyword.arg in KEY_ARGUMENTS
        for key in literals(keyword.value)
    )


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "bot").rglob("*.html")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def used_keys() -> set[str]:
    """Every key that stands as a string in the sources, or that an f-string's beginning may make."""
    strings: set[str] = set()
    prefixes: set[str] = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = str(node.values[0].value)
                if KEY_PREFIX.fullmatch(beginning):
                    prefixes.add(beginning)
    for _, text in templates():
        strings |= set(re.findall(r'"([a-z0-9_-]+)"', text))
    return {
        key for key in MESSAGES if key in strings or any(key.startswith(made) for made in prefixes)
    }


def test_there_is_something_to_look_at() -> None:
    assert len(MESSAGES) > 300
    assert len(calls()) > 200
    assert len(key_arguments()) > 20
    assert set(MESSAGES) == set(Texts.load().keys)


def test_every_text_is_used() -> None:
    assert sorted(set(MESSAGES) - used_keys()) == []


def test_every_used_text_is_there() -> None:
    called = [(call.place, call.key) for call in calls()]
    asked = [(place, key) for place, _, key in key_arguments()]
    shown = [
        (path, key) for path, text in templates() for key in re.findall(r'\bt\("([^"]+)"', text)
    ]

    assert [pair for pair in (*called, *asked, *shown) if pair[1] not in MESSAGES] == []


@pytest.mark.parametrize(
    "key",
    [
        *(f"{family}-{state}" for family in ("state", "my-state", "sign") for state in State),
        *(f"history-{action}" for action in Action),
        *(f"push-{action}" for action in sorted(TOLD - BY_STATE)),
        *(
            f"push-{action}-{state}"
            for action in sorted(BY_STATE)
            for state in State
            if action in TRANSITIONS[state]
        ),
        *(f"staff-correct-{state}" for state in SAID),
        *(f"staff-resume-{state}" for state in State if Action.RESUME in TRANSITIONS[state]),
        *(f"staff-{action}" for action, role in BY.items() if role == "employee"),
        *(f"kind-{kind}" for kind in KINDS),
        *(f"reason-{reason}" for reason in REASONS),
        *(f"alternative-{reason}" for reason in REASONS),
        *(f"channel-{channel}" for channel in CHANNELS),
        *(f"let-read-{row.name}" for row in CHANNELS.values() if not row.reads_groups),
        *(
            f"settings-missing-{setting.replace('_', '-')}"
            for row in CHANNELS.values()
            if row.with_token
            for setting in (row.token, *row.with_token)
        ),
    ],
)
def test_every_text_of_a_family_is_there(key: str) -> None:
    assert key in MESSAGES


def test_every_variable_is_given() -> None:
    wrong = [
        f"{call.place}: {call.key} needs {sorted(missing)}"
        for call in calls()
        if call.key in MESSAGES and not call.open
        if (missing := MESSAGES[call.key].variables - call.given)
    ]

    assert wrong == []


def test_no_variable_is_given_in_vain() -> None:
    wrong = [
        f"{call.place}: {call.key} does not know {sorted(more)}"
        for call in calls()
        if call.key in MESSAGES
        if (more := call.given - MESSAGES[call.key].variables)
    ]

    assert wrong == []


def test_labels_fit_a_button() -> None:
    labels = {call.key for call in calls() if call.is_button}
    labels |= {key for _, argument, key in key_arguments() if argument in LABEL_ARGUMENTS}
    long = [
        key
        for key in sorted(labels)
        for version in MESSAGES[key].versions
        if "{" not in version and len(version.encode("utf-16-le")) // 2 > LABEL
    ]

    assert labels
    assert long == []


# How they read


def lines(message: Message) -> Iterator[str]:
    for version in message.versions:
        yield from version.splitlines()


def faults(pattern: str, *, but: str = "") -> list[str]:
    """Lines of texts in which the pattern is found (after ``but`` has been taken out)."""
    return [
        f"{message.file} {message.key}: {line}"
        for message in MESSAGES.values()
        for line in lines(message)
        if re.search(pattern, re.sub(but, "", line) if but else line)
    ]


def test_there_is_no_odd_space() -> None:
    assert faults(r"\t") == []
    assert faults(r"\S  +\S|\s$") == []
    assert faults(r"\s[,.!?;:](?:\s|$)") == []


def test_quotes_and_dashes_are_russian() -> None:
    assert faults(r'["“”„]|\'\w+\'', but=r"\{[^}]*\}") == []
    assert faults(r"\S - \S|--") == []
    assert faults(r"\.\.\.") == []
    unbalanced = [
        message.key
        for message in MESSAGES.values()
        for version in message.versions
        if version.count("«") != version.count("»")
    ]
    assert unbalanced == []


def test_a_text_of_sentences_ends_like_one() -> None:
    """Where there are two sentences, the last one ends like one, too."""
    wrong = []
    for message in MESSAGES.values():
        for version in message.versions:
            last = re.split(r"[.!?…»)]\s+(?=[А-ЯЁ«])", re.sub(r"«[^»]*»", "«»", version).strip())
            if len(last) > 1 and not re.search(
                rf"(?:{SENTENCE_ENDS.pattern})$", last[-1], re.VERBOSE
            ):
                wrong.append(f"{message.file} {message.key}: …{version[-60:]!r}")

    assert wrong == []


def test_there_is_no_english_left() -> None:
    known = set(LATIN.split())
    found = {
        (word, message.key)
        for message in MESSAGES.values()
        for version in message.versions
        for word in re.findall(r"[A-Za-z][\w-]+", TECHNICAL.sub(" ", PLACEABLE.sub("0", version)))
        if word not in known
    }

    assert sorted(found) == []


def test_no_latin_word_is_allowed_in_vain() -> None:
    everything = " ".join(version for m in MESSAGES.values() for version in m.versions)

    assert [word for word in LATIN.split() if word not in everything] == []


def test_comments_are_english() -> None:
    files = sorted((ROOT / "config" / "texts").glob("*/*.ftl"))
    comments = [
        f"{file.name}:{number} {line}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith("#")
    ]

    assert len(comments) > len(files)
    assert [line for line in comments if re.search(r"[А-Яа-яЁё]", line)] == []

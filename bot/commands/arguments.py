"""Parse the command line: argparse with Russian texts."""

from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Sequence
from typing import Any, NoReturn

from config.texts import Texts

MISTYPED = 2  # the exit code, as shells have it


class Mistyped(Exception):
    """The command line does not fit ``parser``."""

    def __init__(self, parser: "Parser") -> None:
        super().__init__(parser.prog)
        self.parser = parser


class Parser(ArgumentParser):
    """The parser of the program or of one of its commands; ``path``: the words that lead to it."""

    def __init__(self, texts: Texts, path: tuple[str, ...] = (), **given: Any) -> None:
        about = texts(f"cli-{'-'.join(path) or 'about'}")
        super().__init__(description=about, add_help=False, allow_abbrev=False, **given)
        self._texts = texts
        self._path = path
        self._commands: Any = None  # argparse has no public name for the class
        self._arguments = self.add_argument_group(texts("cli-arguments"))
        self._options = self.add_argument_group(texts("cli-options"))
        self._options.add_argument("-h", "--help", action="help", help=texts("cli-help"))
        self.set_defaults(parser=self)

    def command(self, name: str, do: Any = None) -> "Parser":
        """Add the command ``name``. Without ``do`` it needs a subcommand."""
        if self._commands is None:
            title, shown = self._texts("cli-commands"), self._texts("cli-command")
            needed = self.get_default("do") is None
            self._commands = self.add_subparsers(
                title=title, metavar=shown if needed else f"[{shown}]", required=needed
            )
        path = (*self._path, name)
        about = self._texts(f"cli-{'-'.join(path)}")
        made: Parser = self._commands.add_parser(name, help=about, texts=self._texts, path=path)
        made.set_defaults(do=do)
        return made

    def argument(self, name: str, **given: Any) -> "Parser":
        """Add a positional argument."""
        shown, about = self._texts(f"cli-argument-{name}"), self._texts(f"cli-about-{name}")
        self._arguments.add_argument(name, metavar=shown, help=about, **given)
        return self

    def flag(self, name: str) -> "Parser":
        """Add ``--name`` and ``--no-name``."""
        about = self._texts(f"cli-{'-'.join(self._path)}-{name}")
        self._options.add_argument(f"--{name}", action=BooleanOptionalAction, help=about)
        self.set_defaults(**{name: False})
        return self

    def option(self, name: str, **given: Any) -> "Parser":
        """Add ``--name VALUE``, which may be left out."""
        shown, about = self._texts("cli-value"), self._texts(f"cli-{'-'.join(self._path)}-{name}")
        self._options.add_argument(f"--{name}", metavar=shown, help=about, **given)
        return self

    def read(self, typed: Sequence[str]) -> tuple[Any, dict[str, Any]]:
        """Return the ``do`` of the command that was typed, and its arguments.

        If the command line is wrong, the program ends.
        """
        try:
            given, extra = self.parse_known_args(typed)
        except Mistyped as mistyped:
            mistyped.parser.refuse(" ".join(typed))
        arguments = vars(given)
        parser, do = arguments.pop("parser"), arguments.pop("do")
        if extra:
            parser.refuse(" ".join(extra), extra=True)
        return do, arguments

    def refuse(self, typed: str, *, extra: bool = False) -> NoReturn:
        """End the program and show how this command is typed; ``extra``: ``typed`` is too much."""
        texts = self._texts
        if extra:
            wrong = texts("cli-extra", typed=typed)
        elif self._commands:
            commands = ", ".join(" ".join((*self._path, name)) for name in self._commands.choices)
            wrong = texts("cli-unknown", typed=typed, commands=commands)
        else:
            wrong = texts("cli-mistyped", typed=typed)
        hint = texts("cli-hint", command=f"{self.prog} --help")
        self.exit(MISTYPED, f"{wrong}\n{self.format_usage()}{hint}\n")

    def error(self, message: str) -> NoReturn:
        """Leave it to ``read`` to say what is wrong: ``message`` is English."""
        raise Mistyped(self)

    def format_usage(self) -> str:
        """Return the line that shows how to type the command."""
        return self._in_russian(super().format_usage())

    def format_help(self) -> str:
        """Return the whole help of the command."""
        return self._in_russian(super().format_help())

    def _in_russian(self, shown: str) -> str:
        return shown.replace("usage:", self._texts("cli-usage"), 1)

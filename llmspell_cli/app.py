"""The typer tree: help and completion of the commands in the table, and what is no command.

What the words of a command mean is decided in `arguments`: here they are never parsed for a run.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

# Not exported by typer under public names; there since 0.26, which pyproject.toml asks for.
from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer._click.types import ParamType
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from debug.version import __version__
from llmspell_cli.config.settings import BY_FLAG
from llmspell_cli.errors import CommandLineProblem, Problem
from llmspell_cli.help_texts import ARGUMENTS, HELP_TEXTS, WORDS
from llmspell_cli.options import COMMANDS, GENERAL, find_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmspell_cli.config.settings import Setting
    from llmspell_cli.options import Option


class TableCommand(TyperCommand):
    """A command whose words and options are those of the table."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.table = COMMANDS[name]
        self.words = (*self.table.words, ARGUMENTS) if self.table.runs_script else self.table.words
        settings["params"] = [
            *map(_argument, self.words),
            *chain.from_iterable(map(_options, self.table.options)),
        ]
        super().__init__(name, **settings)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- typer's signature
        """The line after `Usage: llmspell run`."""
        return ["[OPTIONS]", *self.words]

    def get_help_option(self, ctx: Any) -> Any:
        """Typer's, at the end of the general options."""
        option: Any = super().get_help_option(ctx)
        if any(one.panel == GENERAL for one in self.table.options):
            option.rich_help_panel = GENERAL
        return option


class Root(TyperGroup):
    """The commands, some of which have two words: `profile` takes a script, and is no group."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` begin with, and the others."""
        command, count = find_command(args)
        return super().resolve_command(ctx, args if command is None else [command.name, *args[count:]])


class _Text(ParamType):
    """The type of a word. There is one only, so the help need not tell it."""

    name = "text"

    def get_metavar(self, param: Any, ctx: Any) -> str:  # noqa: ARG002 -- likewise
        return ""


def _argument(word: str) -> TyperArgument:
    name = re.sub(r"\W", "", word).lower()
    return TyperArgument(param_decls=[name], metavar=word, help=WORDS[word], type=_Text())


def _options(option: Option) -> Iterator[TyperOption]:
    """An option, and the one that takes it back: on a row of its own, which leaves the others room."""
    setting = BY_FLAG.get(option.name)
    choices = option.choices or (setting.kind.names if setting is not None else ())
    yield TyperOption(
        param_decls=[option.name, option.other_name] if option.other_name else [option.name],
        help=option.help or _described(BY_FLAG[option.name]),
        metavar=option.metavar or None,
        is_flag=not option.metavar,
        multiple=option.repeatable,
        rich_help_panel=option.panel or None,
        autocompletion=(lambda *_: list(choices)) if choices else None,
    )
    if option.opposite:
        yield TyperOption(
            param_decls=[option.opposite],
            help=f"No {option.name}, whatever else asks for it.",
            is_flag=True,
            rich_help_panel=option.panel or None,
        )


def _described(setting: Setting) -> str:
    """The description of a setting, what it can be, and its variable; without Markdown's quotes.

    What a word has after `?` is left to the documentation: the column is too narrow for it.
    """
    choices = f" One of {', '.join(setting.kind.names)}." if setting.kind.names else ""
    description = setting.description.replace("`", "").replace("[", "\\[").replace("As text:", "For example")
    description = re.sub(r"\?[\w=&]+", "", description)
    return f"{description}{choices} [dim]({setting.variable})[/dim]"


app = typer.Typer(
    name="llmspell",
    cls=Root,
    help=f"Run scripts and see inside.\n\n{HELP_TEXTS['']}",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"llmspell {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    """Options before the command."""


def _start() -> None:
    """Never called: `dispatch` starts the commands."""


for _command in COMMANDS.values():
    app.command(
        _command.name,
        cls=TableCommand,
        help=f"{_command.summary}\n\n{HELP_TEXTS[_command.name]}",
        hidden=" " in _command.name,
    )(_start)


def run_app(words: Sequence[str]) -> int:
    """Run the tree over `words`; the exit code. Raises `CommandLineProblem` for what typer finds wrong."""
    try:
        code = app(args=list(words), prog_name="llmspell", standalone_mode=False)
    except NoArgsIsHelpError as help_shown:
        typer.echo(help_shown.format_message(), err=True)
        return help_shown.exit_code
    except ClickException as error:
        text = error.format_message().rstrip(".")
        raise CommandLineProblem([Problem(text[:1].lower() + text[1:])]) from None
    return code if isinstance(code, int) else 0

"""
click in Danish.

click writes its help and its errors in English. Here is what a user can meet of
them, said in Danish, with the nearest name where one is misspelt.
"""

from __future__ import annotations

from typing import Any

import click

from ehandel_lib.errors import suggestion


class Danish(click.Command):
    """What a command and the program have in common: usage, options and their help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[TILVALG]")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, also as `--hjælp`."""
        return _help_option()

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Brug: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options and what they do."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section("Tilvalg"):
            formatter.write_dl(records)


class DanishCommand(Danish):
    """A command whose usage, help and errors are Danish."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; a word too many is told with what to do about it."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as problem:
            problem.ctx = problem.ctx or ctx
            raise
        if ctx.args and not ctx.resilient_parsing:
            words = " ".join(ctx.args)
            message = f'"{words}" er et ord for meget; et navn med mellemrum skrives i anførselstegn.'
            raise click.UsageError(message, ctx)
        return rest


class DanishGroup(Danish, click.Group):
    """The program with its commands."""

    command_class = DanishCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "KOMMANDO …")
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, then the options."""
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Kommandoer"):
            formatter.write_dl([(name, command.get_short_help_str(120)) for name, command in commands])
        super().format_options(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are written, the most used first."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; offers the nearest one."""
        if self.get_command(ctx, args[0]) is None:
            hint = suggestion(args[0], self.commands) or f" Der findes: {', '.join(self.commands)}."
            raise click.UsageError(f'Der er ingen kommando "{args[0]}".{hint}', ctx)
        return super().resolve_command(ctx, args)


def _help_option() -> click.Option:
    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()

    return click.Option(
        ["--help", "--hjælp", "-h"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Vis denne hjælp, og gør ikke andet.",
    )


def sentence(problem: click.ClickException) -> str:
    """
    click's error as a Danish sentence.

    Examples
    --------
    >>> sentence(click.NoSuchOption("--arr", possibilities=["--aar"]))
    'Tilvalget --arr findes ikke. Mente du --aar?'
    >>> sentence(click.BadOptionUsage("--aar", "Option '--aar' requires an argument."))
    'Tilvalget --aar mangler sin værdi.'
    """
    if isinstance(problem, click.NoSuchOption):
        known = _options(problem.ctx) or list(problem.possibilities or [])
        return f"Tilvalget {problem.option_name} findes ikke.{suggestion(problem.option_name, known)}"
    if isinstance(problem, click.BadOptionUsage):
        is_flag = problem.option_name in ("--help", "--hjælp", "-h")
        return f"Tilvalget {problem.option_name} {'tager ingen værdi' if is_flag else 'mangler sin værdi'}."
    return problem.format_message()


def _options(ctx: click.Context | None) -> list[str]:
    """The long options of the command that was being read."""
    params = ctx.command.get_params(ctx) if ctx else []
    return [name for param in params for name in param.opts if name.startswith("--")]

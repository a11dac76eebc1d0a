"""The entry point: commands, common options, and errors as one clear line."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError

BAD = 2
_TRACEBACK = "RELIABILITY_TRACEBACK"
_LONGEST_FAULT = 300


# Where each command is: a module is imported when its command is asked for, and registers what it has on `cli`. What
# a command does not use (drawing, decks, reading of exports) is not imported for it.
MODULES = {
    "access": "access",
    "build": "build",
    "check": "check",
    "commitments": "figures",
    "decide": "decisions",
    "decisions": "decisions",
    "freeze": "frozen",
    "gates": "gates",
    "journal": "journal",
    "kpis": "figures",
    "letter": "letter",
    "publish": "publish",
    "repeats": "repeats",
    "request-logs": "request_logs",
    "restatements": "restatements",
    "review": "figures",
    "rollup": "rollup",
    "sample": "sample",
    "serve": "serve",
    "sign": "signing",
    "thaw": "frozen",
    "verify": "publish",
    "waive": "gates",
    "waivers": "gates",
}


class _Commands(click.Group):
    """A group that knows its commands by name, and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if module := MODULES.get(cmd_name):
            import_module(f"reliability.cli.{module}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turn incident and NPS exports into a quarterly reliability review."""


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options every command takes: --data DIR and --json."""
    command = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document on stdout; progress goes to stderr."
    )(command)
    return click.option(
        "--data",
        "data_dir",
        type=click.Path(path_type=Path),
        default=None,
        callback=lambda _context, _option, value: value or default_data_dir(),
        help="The data folder [default: $RELIABILITY_DATA, else data/].",
    )(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 a negative answer, 2 bad usage or input."""
    try:
        outcome = cli.main(args=arguments, standalone_mode=False, prog_name="python -m reliability")
        return outcome if isinstance(outcome, int) else 0
    except ReliabilityError as error:
        click.echo(f"error: {error}", err=True)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        hint = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
        click.echo(f"error: {error.format_message()}{hint}", err=True)
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}", err=True)
    except (click.Abort, KeyboardInterrupt):
        click.echo("error: stopped before it was done; nothing was changed.", err=True)
    except BrokenPipeError:
        # The reader of our output (`| head`) went away: that is its right, not an error.
        sys.stderr.close()
        return 0
    except OSError as error:
        click.echo(f"error: {error.filename or 'file system'}: {error.strerror or error}.", err=True)
    except Exception as error:
        # Exit code 1 is an answer (a change is held): a fault of the program must not be taken for it.
        if os.environ.get(_TRACEBACK):
            traceback.print_exc()
        what = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_FAULT]
        click.echo(
            f"error: a bug in this program ({what}). Set {_TRACEBACK}=1 for where, and report it.", err=True
        )
    return BAD

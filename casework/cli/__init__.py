"""The console: `casework <command>`. Every command has --help with an example.

Exit code 0: done; 1: done and something is wrong (a broken chain, a rule that is looser than the
law); 2: not done, with one sentence that says why and what to do.
"""

import sys
import traceback
from typing import Any, Final

import click

from casework.cli.lazy import Lazy
from casework.errors import Problem

COMMANDS: Final = {
    "audit": "casework.cli.audit:audit",
    "beat": "casework.cli.processes:beat",
    "case-file": "casework.cli.case_files:case_file",
    "claims": "casework.cli.claims:claims",
    "clocks": "casework.cli.clocks:clocks",
    "codes": "casework.cli.codes:codes",
    "contracts": "casework.cli.contracts:contracts",
    "db": "casework.cli.database:db",
    "docs": "casework.cli.docs:docs",
    "doctor": "casework.cli.doctor:doctor",
    "integrity": "casework.cli.integrity:integrity",
    "letters": "casework.cli.letters:letters",
    "machines": "casework.cli.tables:machines",
    "routes": "casework.cli.tables:routes",
    "rules": "casework.cli.rules:rules",
    "seed": "casework.cli.demo:seed",
    "serve": "casework.cli.processes:serve",
    "story": "casework.cli.demo:story",
    "sweep": "casework.cli.clock_cases:sweep",
    "tokens": "casework.cli.administration:tokens",
    "up": "casework.cli.up:up",
    "users": "casework.cli.administration:users",
    "watch": "casework.cli.processes:watch",
    "worker": "casework.cli.processes:worker",
}


@click.group(
    cls=Lazy, commands_in=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="casework", message="Casework %(version)s")
def casework() -> None:
    """Casework decides prior authorizations, appeals, grievances and external reviews on time.

    \b
    Example:
      casework up --demo
    """


def main() -> Any:
    """Run the console; a refusal is one sentence on standard error and exit code 2."""
    try:
        return casework.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except Problem as problem:
        click.echo(problem.sentence, err=True)
        for name, fix in problem.fields.items():
            click.echo(f"  {name}: {fix}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        click.echo(_defect(error), err=True)
        sys.exit(2)


def _defect(error: Exception) -> str:
    """A sentence for what should not happen; what the error quotes may be people's data."""
    kind = type(error)
    if kind.__module__.startswith("sqlalchemy") and kind.__name__ == "OperationalError":
        return "The database cannot be reached: look at DATABASE_URL, or run `casework doctor`."
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/casework/" in frame.filename] or frames
    place = f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}"
    return f"This is a defect of Casework ({kind.__name__} at {place}). Nothing more was done."

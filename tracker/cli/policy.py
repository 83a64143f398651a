"""`tracker policy`: write deployment rules down, and put them in force."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.domain.errors import Invalid, Unreadable

if TYPE_CHECKING:
    from tracker.cli.context import Context
    from tracker.policy.load import Loaded

PATH = click.Path(path_type=Path, allow_dash=True)


@click.group("policy")
def policy() -> None:
    """Check deployment policies, and put them in force (docs/policy.md)."""


@policy.command("lint")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--probe", is_flag=True, help="Also ask the addresses of `http` checks, once each.")
def lint(files: tuple[Path, ...], probe: bool) -> None:
    """Say what is wrong with policy FILES (`-` is standard input): where, and what to do. No database is needed.

    \b
    Example:
      tracker policy lint policy/*.yaml

    Exit 0 if nothing is wrong (warnings do not count), 2 if something is.
    """
    wrong = False
    for path in files:
        loaded = _linted(_bytes(path), path)
        problems = list(loaded.problems)
        if loaded.policy is not None and probe:
            from tracker.policy.probe import probed

            problems += probed(loaded.policy, loaded.source)
        for problem in problems:
            click.echo(str(problem))
        wrong = wrong or any(problem.severity == "error" for problem in problems)
        if not problems:
            click.echo(f"{_name(path)}: {_counts(loaded)}. Nothing is wrong with it.")
    raise SystemExit(2 if wrong else 0)


@policy.command("schema")
@click.option("--format", "form", type=click.Choice(["json", "md"]), default="json", help="md: every key, as tables.")
def schema(form: str) -> None:
    """Print the JSON Schema of policy files, with which editors complete and check them.

    \b
    Example:
      tracker policy schema > policy/policy.schema.json
    and as the first line of the policy:
      # yaml-language-server: $schema=./policy.schema.json
    """
    if form == "md":
        from tracker.policy.key_tables import everything

        click.echo("\n".join(everything()), nl=False)
        return
    from tracker.policy.schema import schema_text

    click.echo(schema_text(), nl=False)


@policy.command("push")
@click.argument("file", type=PATH)
@click.option("--name", "expected", metavar="NAME", help="Refuse a file that is another policy than this.")
@click.option("--commit", metavar="SHA", help="The commit that it comes from; else the one checked out.")
@click.option("--author", metavar="NAME", help="Who wrote it; else the author of that commit.")
@click.pass_obj
def push(context: "Context", file: Path, expected: str | None, commit: str | None, author: str | None) -> None:
    """Put the policy in FILE in force, with the texts of the documents that people acknowledge.

    It goes to TRACKER_SERVER with TRACKER_TOKEN (scope policy:write), where that is set; else into the local database. A
    file with problems is refused, and so are `proves` whose words do not fit the item of that key.

    \b
    Example:
      tracker policy push policy/datahub.yaml
    """
    from tracker.cli import policy_push

    data = _bytes(file)
    loaded = _linted(data, file)
    for problem in loaded.problems:
        click.echo(str(problem), err=True)
    if loaded.policy is None or loaded.errors:
        raise Invalid(f"{_name(file)} is not put in force: {len(loaded.errors)} problem(s), see above.")
    if expected is not None and loaded.policy.name != expected:
        raise Invalid(f"{_name(file)} is the policy {loaded.policy.name}, not {expected}.")
    for line in policy_push.push(context, data, loaded.policy, file, commit=commit, author=author):
        click.echo(line)


def _linted(data: bytes, path: Path) -> "Loaded":
    from tracker.policy.lint import lint

    return lint(data, _name(path))


def _name(path: Path) -> str:
    return "standard input" if str(path) == "-" else str(path)


def _bytes(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: cannot be opened ({(error.strerror or str(error)).lower()}).") from error


def _counts(loaded: "Loaded") -> str:
    assert loaded.policy is not None
    stages = sum(len(deployment.stages) for deployment in loaded.policy.deployments)
    checks = len(loaded.policy.checks)
    proven = set[str]().union(*(check.keys() for check in loaded.policy.checks))
    return f"policy {loaded.policy.name}, {stages} stages, {checks} checks, {len(proven)} action items proven"

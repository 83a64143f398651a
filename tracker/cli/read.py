"""`tracker read`: what is understood of documents, without a database."""

import json
import sys
from pathlib import Path

import click

from tracker.domain.errors import TrackerError, Unreadable
from tracker.domain.postmortem import Postmortem
from tracker.postmortem import reader
from tracker.postmortem.as_json import as_json
from tracker.postmortem.explain import explain


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--json", "as_lines", is_flag=True, help="One JSON object per file and line: the fixed form that programs read."
)
@click.option("--explain", "why", is_flag=True, help="Every value with its line, the rule that read it, and why.")
def read(files: tuple[Path, ...], as_lines: bool, why: bool) -> None:
    """Say what is understood of the postmortems FILES (`-` is standard input). Nothing is stored.

    \b
    Example: tracker read docs/incidents/2024-05-01-db-full.md --explain

    Exit 0 if all files could be read, 2 if one could not (the others are printed all the same).
    """
    failed = False
    for path in files:
        try:
            postmortem = reader.read(_bytes(path), path.name if str(path) != "-" else "")
        except TrackerError as error:
            click.echo(f"{path}: {error}", err=True)
            failed = True
            continue
        if as_lines:
            click.echo(json.dumps(as_json(postmortem, str(path)), ensure_ascii=False))
            continue
        click.echo(f"{path}: {postmortem.title.value if postmortem.title else 'no title'}")
        if why:
            for value in explain(postmortem):
                text = " ".join(value.value.split())[:90]
                click.echo(f"{value.line:5} {value.role:9} {text}  [{value.rule}: {value.because}]")
        else:
            click.echo(_counts(postmortem))
        for note in postmortem.notes:
            click.echo(f"      look at   {note}")
    raise SystemExit(2 if failed else 0)


def _counts(postmortem: Postmortem) -> str:
    day = postmortem.date.value if postmortem.date else "no date"
    done = sum(1 for item in postmortem.items if item.state.is_closed)
    return (
        f"      {day}, {len(postmortem.timeline)} timeline entries, {len(postmortem.items)} action items ({done} closed), "
        f"{len(postmortem.unread)} blocks unread"
    )


def _bytes(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be opened ({error.strerror}).") from error

"""`tracker questions`: what only a person can decide, and their answer."""

from pathlib import Path

import click

from tracker.cli.context import Context
from tracker.cli.report import counted, printable
from tracker.domain.claims import Role
from tracker.services import question_pages, questions
from tracker.services.question_pages import Asked

MOST = 100
ANSWERS = {
    "merge": "ours, theirs, or --text FILE",
    "similar_file": "same or new",
    "value": "ours or theirs",
    "same_item": "same or different",
    "vanished": "same or different",
}


@click.command("questions")
@click.argument("number", type=int, required=False)
@click.argument("answer", required=False)
@click.option("--text", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The whole text as it shall be.")
@click.pass_obj
def ask(context: Context, number: int | None, answer: str | None, text: Path | None) -> None:
    """Print what waits for an answer; look at question NUMBER; or answer it.

    \b
    Example:
      tracker questions
      tracker questions 3
      tracker questions 3 ours
      tracker questions 4 --text merged.md
    """
    if number is None:
        _list(context)
    elif answer is None and text is None:
        _show(context, number)
    else:
        with context.writing(needs=Role.EDITOR) as (session, person):
            asked = question_pages.one(session, number, person)
            questions.answer(session, asked.question, _said(asked, answer, text), by=person, at=context.at)
            session.commit()
        click.echo(f"Question {number} is answered.")


def _said(asked: Asked, answer: str | None, text: Path | None) -> str:
    """A merge takes any text for the document's, so here only a file can be that, and no mistyped word."""
    if text is None and (asked.question.kind != "merge" or answer in ("ours", "theirs")):
        return answer or ""
    if text is None or asked.question.kind != "merge":
        raise click.UsageError(f"Answer with {ANSWERS[asked.question.kind]}.")
    try:
        return text.read_bytes().decode()
    except UnicodeDecodeError:
        raise click.BadParameter(f"{text} is not UTF-8.", param_hint="--text") from None


def _list(context: Context) -> None:
    with context.reading() as (session, person):
        found = question_pages.waiting(session, person, limit=MOST)
        for one in found[:MOST]:
            click.echo(f"{one.question.id:>4}  {printable(_in_words(one))}")
            click.echo(f"      answer: {ANSWERS[one.question.kind]}")
    if not found:
        click.echo("Nothing waits for an answer.")
    elif len(found) > MOST:
        click.echo(f"… and more than these {counted(MOST, 'question')}.")


def _show(context: Context, number: int) -> None:
    with context.reading() as (session, person):
        one = question_pages.one(session, number, person)
        click.echo(printable(_in_words(one)))
        if one.lines:
            click.echo("--- here\n+++ the file")
        for line in one.lines:
            click.echo(printable(f"{line.kind}{line.text}"), color=None)
        click.echo(f"Answer with `tracker questions {number} …`: {ANSWERS[one.question.kind]}.")


def _in_words(one: Asked) -> str:
    detail = one.question.detail
    match one.question.kind:
        case "merge":
            return f"{one.slug}: the file and the document here were changed in the same lines; both are kept."
        case "similar_file":
            return f"{detail['path']} resembles {one.slug} ({detail['alike']} % alike). Is it the same incident?"
        case "value":
            return f"{one.key} {one.text}: its document says {detail['field']} {_value(detail['theirs'])} now. Whose counts?"
        case "same_item":
            return f"{one.key} {one.text}: new in {one.slug}. Is it the same item as {detail['known']}?"
        case _:
            return f"{detail.get('known')} left {one.slug}, and {one.key} {one.text} came. Is it the same item?"


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "none")

"""What the docs say is true: every setting and every command, from the tables in the code."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tracker.cli.settings import settings
from tracker.config import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}


def test_running_md_has_the_table_of_settings() -> None:
    table = CliRunner().invoke(settings, ["--format", "md"]).output
    assert table.count("TRACKER_") >= len(fields(Settings))
    assert table in DOCS["running.md"], f"docs/running.md must contain what `tracker settings --format md` prints:\n{table}"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name, `source list` too."""
    from tracker.cli import main

    def walk(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            if isinstance(command, click.Group):
                yield from walk(command, (*path, name))
            elif not command.hidden:
                yield " ".join((*path, name)), command

    return walk(main, ())


def test_using_md_names_every_command() -> None:
    assert [name for name, _ in commands() if f"tracker {name}" not in DOCS["using.md"]] == []


def test_every_command_explains_itself_with_an_example() -> None:
    assert [name for name, command in commands() if "tracker " not in (command.help or "") + (command.epilog or "")] == []


def shown_commands() -> list[tuple[str, str]]:
    """Each line of a code block in README and docs that calls the tracker."""
    lines = [(name, line.strip()) for name, text in DOCS.items() for line in text.splitlines()]
    return [(name, line.partition("  #")[0]) for name, line in lines if re.match(r"(\$ )?tracker [a-z]", line)]


@pytest.mark.parametrize(("where", "line"), shown_commands())
def test_a_command_that_the_docs_show_exists_with_its_options(where: str, line: str) -> None:
    words = shlex.split(re.split(r" [|>] ", line.removeprefix("$ "))[0])[1:]
    known = dict(commands())
    name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
    assert name, f"{where}: no such command: {line}"
    words = words[: words.index("--")] if "--" in words else words  # behind it is somebody else's command
    options = {option for parameter in known[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options | {"--as", "--help"}


@pytest.mark.parametrize("name", DOCS)
def test_links_between_the_docs_lead_somewhere(name: str) -> None:
    folder = ROOT if name == "README.md" else ROOT / "docs"
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", DOCS[name])]
    assert [link for link in links if link and "://" not in link and not (folder / link).exists()] == []


@pytest.mark.parametrize("name", DOCS)
def test_make_targets_that_the_docs_name_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(
            re.findall(
                r"`?make ([a-z]+)\b(?=[` \n])",
                " ".join(re.findall(r"`make [a-z]+[^`]*`|^ {4}make [a-z]+.*$", DOCS[name], re.M)),
            )
        )
        <= targets
    )


def test_the_json_that_the_docs_show_is_what_is_read() -> None:
    found = re.search(r"Of `(.+?)`.+?```json\n(.+?)```", DOCS["formats.md"], re.DOTALL)
    assert found
    read = CliRunner().invoke(dict(commands())["read"], [str(ROOT / found[1]), "--json"])
    differs(json.loads(found[2]), json.loads(read.output), "")


def differs(shown: Any, real: Any, where: str) -> None:
    """Fail where `shown` says something that `real` does not have; "…" stands for any text, a list may be shortened."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            differs(value, real[key], f"{where}.{key}")
    elif isinstance(shown, list):
        assert bool(shown) == bool(real), where
        for n, value in enumerate(shown):
            differs(value, real[n], f"{where}[{n}]")
    elif shown != "…":
        assert shown == real, where

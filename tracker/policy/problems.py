"""What is wrong with a policy file, where, and what to do about it."""

import difflib
import re
import shlex
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel

from tracker.policy.model import Policy

Path = tuple[str | int, ...]  # ("checks", 3, "with", "url")
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1. `fix` says what to do; it may be empty where the message does."""

    file: str
    line: int
    message: str
    fix: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        fix = f" {self.fix}" if self.fix else ""
        mark = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}: {mark}{self.message}{fix}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where things stand in the file: the line of each key and each entry of a list."""

    file: str
    lines: Mapping[Path, int]

    def line(self, path: Iterable[str | int]) -> int:
        """The line of what `path` leads to, or of the nearest thing around it that is there."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, path: Iterable[str | int], message: str, fix: str = "") -> Problem:
        return Problem(self.file, self.line(path), message, fix)

    def warning(self, path: Iterable[str | int], message: str, fix: str = "") -> Problem:
        return Problem(self.file, self.line(path), message, fix, "warning")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """“Did you mean `x`?”, or the known ones where none is close."""
    names = sorted(set(known))
    close = difflib.get_close_matches(str(word), names, 1, 0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"There are: {', '.join(names)}." if names else "There are none."


def all_explained(errors: Iterable[Any], source: Source) -> list[Problem]:
    """Pydantic's errors in words. Left out is what only follows from another: a list without a good entry, say."""
    errors = list(errors)
    paths = [tuple(error["loc"]) for error in errors]
    deeper = {path[:n] for path in paths for n in range(len(path))}
    return [
        explained(error, source)
        for error, path in zip(errors, paths, strict=True)
        if error["type"] != "default_factory_not_called" and not (error["type"] == "too_short" and path in deeper)
    ]


def explained(error: Mapping[str, Any], source: Source) -> Problem:
    """One of pydantic's errors in words for the author."""
    kind, tagged, context, value = error["type"], tuple(error["loc"]), error.get("ctx", {}), error["input"]
    path = untagged(tagged)
    name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this entry"
    if kind == "extra_forbidden":
        return source.error(path, f"unknown key {name}.", did_you_mean(path[-1], keys_at(tagged[:-1])))
    if kind == "missing":
        return source.error(path[:-1], f"{name} is missing.", _meaning(tagged))
    if kind == "union_tag_not_found":
        return source.error(path, "`kind` is missing.", did_you_mean("", kinds()))
    if kind == "union_tag_invalid":
        found = context["tag"]
        return source.error((*path, "kind"), f"`{found}` is no kind of check.", did_you_mean(found, kinds()))
    if kind == "value_error":
        what, fix = _in_two(str(context["error"]))
        return source.error(path, f"{_where(path)}{what}.", fix)
    shown = repr(value) if isinstance(value, str | int | float) else "that"
    if "proves" in path:
        return source.error(path, f"`proves` cannot have {shown}.", NO_ORDINALS)
    return source.error(
        path, f"{name} cannot be {shown}.", _advice(kind, path, value, context, tagged) or _say(error["msg"])
    )


NO_ORDINALS = (
    "Write the item’s permanent key and words of it, such as `A2 Block merges`: a number that counts items means another "
    "one when the list changes."
)


def _advice(kind: str, path: Path, value: object, context: Mapping[str, Any], tagged: Path) -> str:
    """What to write instead; empty where there is nothing better than pydantic's own words."""
    if kind in ("literal_error", "enum"):
        return f"Write {_plain(str(context['expected']))}."
    if kind == "string_pattern_mismatch":
        return _pattern_words(path, value, context["pattern"])
    if kind == "tuple_type":
        why = "It is a list, since no shell takes it apart. " if path[-1] == "argv" else "It is a list. "
        return f"{why}Write {_as_list(value)}."
    if kind == "too_short":
        return "It needs one entry at least."
    if kind == "bool_type":
        return "Write true or false."
    if kind == "string_type":
        return "It is a text: put it in quotes." if isinstance(value, int | float) else "It is a text."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = keys_at(tagged)
        return f"It holds keys of its own: {', '.join(keys)}." if keys else "It holds keys of its own."
    if kind.startswith("date"):
        return f"Write it as {'2018-01-16T08:00:00' if kind.startswith('datetime') else '2018-01-16'}."
    return ""


def _in_two(sentence: str) -> tuple[str, str]:
    """What the models say is wrong, and what they say to do: “x is none: write y”. A colon in quotes does not count."""
    match = re.fullmatch(r"((?:'[^']*'|\"[^\"]*\"|[^:]|:(?! ))+): (.+)", sentence, re.DOTALL)
    return (match[1], f"{match[2][0].upper()}{match[2][1:]}.") if match else (sentence, "")


def _say(message: str) -> str:
    return f"{message.removeprefix('Value error, ').rstrip('.')}."


def _plain(expected: str) -> str:
    """Pydantic names a member of an enumeration as Python would: `<RunsOn.SERVER: 'server'>`."""
    return re.sub(r"<[^:<>]+: ('[^']*')>", r"\1", expected)


def untagged(path: Path) -> Path:
    """Pydantic puts a check's kind into its paths (`checks, 3, http, with, url`), where the file has none."""
    return path[:2] + path[3:] if path[:1] == ("checks",) and len(path) > 2 and path[2] in kinds() else path


def _as_list(value: object) -> str:
    """`[./deploy, --now]` for a text; what is meant otherwise nobody can tell."""
    if not isinstance(value, str):
        return f"[{value}]" if isinstance(value, int | float) else "[…]"
    try:
        words = shlex.split(value)
    except ValueError:
        words = [value]
    return "[" + ", ".join(words) + "]"


def _where(path: Path) -> str:
    return f"`{path[-1]}`: " if path and isinstance(path[-1], str) and path[-1] not in kinds() else ""


def _pattern_words(path: Path, value: object, pattern: str) -> str:
    if "repo" in path:
        return "Write it as OWNER/NAME."
    if "refs" in path:
        return f"Write the full ref, such as refs/heads/{value}."
    if "url" in path:
        return "Write an address that starts with https:// or http://."
    if "proves_on" in path:
        return "Write DEPLOYMENT/STAGE."
    if pattern.startswith("^[A-Za-z0-9][A-Za-z0-9._-]*"):
        return "Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit."
    return f"It must fit {pattern}."


def _meaning(path: Path) -> str:
    """What the models say of a key."""
    field = _field(keys_model(path[:-1]), path[-1]) if path else None
    if field is None:
        return ""
    keys = keys_at(path) if not field.description else []
    return field.description or (f"It holds: {', '.join(keys)}." if keys else "")


def kinds() -> list[str]:
    """The kinds of check that there are."""
    return [kind for model in _models(Policy.model_fields["checks"].annotation) if (kind := _kind(model))]


def _kind(model: type[BaseModel]) -> str | None:
    """`http` of HttpCheck; None of what is no check."""
    field = model.model_fields.get("kind")
    return str(typing.get_args(field.annotation)[0]) if field else None


def keys_at(path: Path) -> list[str]:
    """The keys that may stand at `path`; empty where anything may."""
    model = keys_model(path)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def keys_model(path: Path) -> type[BaseModel] | None:
    """The model of the mapping at `path`, where kinds of check stand in it as pydantic has them in its paths."""
    models: list[type[BaseModel]] = [Policy]
    for step in path:
        if isinstance(step, int):
            continue
        tagged = [one for one in models if _kind(one) == step]
        if tagged:
            models = tagged
        elif field := _field(models[0] if models else None, step):
            models = _models(field.annotation)
        elif len(models) != 1:  # a key of a mapping by id stays with its model
            return None
    return models[0] if models else None


def _field(model: type[BaseModel] | None, key: object) -> Any:
    if model is None:
        return None
    return next((field for name, field in model.model_fields.items() if key == (field.alias or name)), None)


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation: of `tuple[Stage, ...]`, `dict[Id, Window]`, `X | Y`."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) is Annotated:
        parts = parts[:1]
    return [model for part in parts for model in _models(part)]

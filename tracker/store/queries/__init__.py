"""What pages and commands list: each function returns a `Select` of plain rows, and who may see it is part of the query."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import sqlalchemy as sa

from tracker.store.models import Person

Rows = sa.Select[*tuple[Any, ...]]  # plain rows, whose columns the function's docstring names
P = ParamSpec("P")
KEPT = 256


def built_once(build: Callable[Concatenate[Person | None, P], Rows]) -> Callable[Concatenate[Person | None, P], Rows]:
    """Keep the statements that `build` made lately: building one takes longer than running it.

    For functions of a person and hashable arguments whose statement depends on the person's id, role and name only.
    """
    kept: OrderedDict[Hashable, Rows] = OrderedDict()

    @wraps(build)
    def built(person: Person | None, /, *args: P.args, **kwargs: P.kwargs) -> Rows:
        who = (person.id, person.role, person.name) if person is not None else None
        key = (who, args, tuple(kwargs.items()))
        if (statement := kept.get(key)) is None:
            statement = kept[key] = build(person, *args, **kwargs)
            if len(kept) > KEPT:
                kept.popitem(last=False)
        return statement

    return built

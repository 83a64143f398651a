"""What pages and commands list: each function returns a `Select` of plain rows, and who may see it is part of the query."""

from typing import Any

import sqlalchemy as sa

Rows = sa.Select[*tuple[Any, ...]]  # plain rows, whose columns the function's docstring names

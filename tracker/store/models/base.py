"""The base class: enums as their values, instants as aware UTC, names of constraints by convention."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from tracker.domain.claims import Claim, Milestone, Role, Status, Visibility


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant, in UTC inside and out. SQLite has no time zones, so it keeps UTC without saying so."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum]) -> sa.Enum:
    """A column that holds one of the enum's values, as text with a CHECK, alike on SQLite and PostgreSQL."""
    return sa.Enum(
        kind,
        values_callable=lambda enum: [member.value for member in enum],
        native_enum=False,
        create_constraint=True,
        length=20,
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {
        datetime: Instant(),
        dict[str, Any]: sa.JSON(),
        Claim: words(Claim),
        Milestone: words(Milestone),
        Role: words(Role),
        Status: words(Status),
        Visibility: words(Visibility),
    }

"""A team's policies: what is deployed where, and which checks stand before it; who may ask, and who an actor is."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.policy import Enforcement, Mode
from tracker.store.models.base import Base, words

LISTS = sa.JSON()


class Policy(Base):
    """One policy file, by its name. `forge:OWNER/NAME` is the implicit one of a repo without a file."""

    __tablename__ = "policy"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    repo: Mapped[str | None]
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy_version.id", use_alter=True))  # in force


class PolicyVersion(Base):
    """One text of a policy, by its digest (sha256 in hex); immutable.

    `in_force_from` is None for a text that was seen at a gate only and never pushed; the same text pushed again after
    another one is a row of `policy_push`, not of this.
    """

    __tablename__ = "policy_version"
    __table_args__ = (sa.UniqueConstraint("policy_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"))
    digest: Mapped[str]
    yaml: Mapped[str]
    parsed: Mapped[dict[str, Any]]  # what the text says, defaults filled in (tracker.policy.model)
    received_at: Mapped[datetime]


class PolicyPush(Base):
    """From `at` on that version is in force: who pushed it, and the commit that it comes from. Append only."""

    __tablename__ = "policy_push"
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    at: Mapped[datetime]
    commit: Mapped[str | None]
    author: Mapped[str] = mapped_column(default="")  # of the commit, as git names them
    by: Mapped[str] = mapped_column(default="")  # the person or token that pushed


class PolicyText(Base):
    """A document that people acknowledge: every text that was pushed of it. The newest row of a path is the current one."""

    __tablename__ = "policy_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    path: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]


class Deployment(Base):
    """What is deployed: a hub, a service. Kept in step with the version in force; `removed_at` where that drops it."""

    __tablename__ = "deployment"
    __table_args__ = (sa.UniqueConstraint("policy_id", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"))
    slug: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(LISTS, default=list)
    repo: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class Stage(Base):
    """Where it is deployed: staging, prod."""

    __tablename__ = "stage"
    __table_args__ = (sa.UniqueConstraint("deployment_id", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"))
    slug: Mapped[str]
    n: Mapped[int] = mapped_column(default=0)  # its place in the file
    protected: Mapped[bool]
    url: Mapped[str | None]
    promotes_from: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class Check(Base):
    """One rule of a policy, by its id in the file; a renamed one (`was:`) keeps its row."""

    __tablename__ = "check_"
    __table_args__ = (sa.UniqueConstraint("policy_id", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"))
    slug: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    enforcement: Mapped[Enforcement] = mapped_column(words(Enforcement))
    mode: Mapped[Mode] = mapped_column(words(Mode))
    removed_at: Mapped[datetime | None]


class PersonLogin(Base):
    """Who an actor is: `octocat` on github is this person."""

    __tablename__ = "person_login"
    forge: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class Token(Base):
    """What a CI job shows, kept as its SHA-256; bound to a policy, and to deployments and stages (empty: all of them)."""

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]  # ci, person
    policy: Mapped[str | None]  # the policy's name, which may be pushed first by this token
    deployments: Mapped[list[str]] = mapped_column(LISTS, default=list)
    stages: Mapped[list[str]] = mapped_column(LISTS, default=list)
    scopes: Mapped[list[str]] = mapped_column(LISTS, default=list)  # gate:run observe:push deploy:record policy:write
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # whose it is; of a ci token who made it
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

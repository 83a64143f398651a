"""What people say from their terminal: I tried this, I have read this, this check waits, this gate is overridden once.

Each goes to the server that TRACKER_SERVER names, under the person's own token (`tracker token create NAME --me`), else to
the local database as `--as` says.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import click

from tracker.cli.context import Context
from tracker.cli.server import Server
from tracker.domain.errors import Invalid, NotFound

SECONDS = 60.0  # for the server's answer


@click.command("attest")
@click.argument("deployment")
@click.argument("check")
@click.option("--ref", metavar="REF", help="What you tried, as this clone knows it; else HEAD.")
@click.option("--content", metavar="ID", help="What you tried, by its content id; needs no clone.")
@click.option("--policy", metavar="NAME", help="Whose deployment it is, where two policies have one of that name.")
@click.option("--note", default="", help="What you did.")
@click.pass_obj
def attest(
    context: Context, deployment: str, check: str, ref: str | None, content: str | None, policy: str | None, note: str
) -> None:
    """Say that you tried exactly this content: what the check's statement asks.

    \b
    Example:
      git fetch && tracker attest datahub staging-tested --ref origin/staging
    """
    if content is not None and ref is not None:
        raise click.UsageError("Say --ref or --content, not both.")
    commit = None
    if content is None:
        commit, content = _content(deployment, policy, ref or "HEAD")
    if server := Server.of(os.environ):
        body = {
            "deployment": deployment,
            "check": check,
            "policy": policy,
            "content_id": content,
            "commit": commit,
            "note": note,
        }
        answer = _post(server, "/api/v1/attestations", body)
        by, statement = answer["by"], answer["statement"]
    else:
        from tracker.services import policies, said

        with context.writing() as (session, person):
            there, row = policies.of_deployment(session, deployment, policy)
            kept = said.attest(
                session, there, row, check, content_id=content, commit=commit, note=note, by=person, at=context.at
            )
            session.commit()
            by, statement = person.name, kept.statement
    click.echo(f"{by} says of {content[:8]}: “{statement}”.")


@click.command("ack")
@click.argument("deployment")
@click.option("--document", metavar="PATH", help="Which text; else the policy's own.")
@click.option("--policy", metavar="NAME", help="Whose deployment it is, where two policies have one of that name.")
@click.pass_obj
def acknowledge(context: Context, deployment: str, document: str | None, policy: str | None) -> None:
    """Say that you have read the deployment policy as it stands now, in this term.

    \b
    Example:
      tracker ack datahub
    """
    if server := Server.of(os.environ):
        body = {"deployment": deployment, "document": document, "policy": policy}
        answer = _post(server, "/api/v1/acknowledgements", body)
        by, path, sha, term = answer["by"], answer["document"], answer["sha256"], answer["term"]
    else:
        from tracker.services import policies, said

        with context.writing() as (session, person):
            there, _ = policies.of_deployment(session, deployment, policy)
            kept = said.acknowledge(session, there, document=document, by=person, at=context.at)
            session.commit()
            by, path, sha, term = person.name, kept.path, kept.sha256, kept.term
    click.echo(f"{by} has read {path} as it is now ({sha[:8]}){f', in {term}' if term else ''}.")


@click.command("waive")
@click.argument("check")
@click.option("-d", "--deployment", required=True, metavar="ID", help="Of which deployment.")
@click.option("-s", "--stage", required=True, metavar="ID", help="On which stage.")
@click.option("--reason", required=True, help="Why; others will read it.")
@click.option("--until", metavar="DAY", help="The last day, YYYY-MM-DD; at most 30 days from now. Else 7 days.")
@click.option("--policy", metavar="NAME", help="Whose deployment it is, where two policies have one of that name.")
@click.pass_obj
def waive(
    context: Context, check: str, deployment: str, stage: str, reason: str, until: str | None, policy: str | None
) -> None:
    """Let a soft check not block for some days; it keeps being asked, and every banner shows it.

    \b
    Example:
      tracker waive soak -d datahub -s prod --until 2026-12-01 --reason "The exam is tomorrow"
    """
    end = _end_of(until, context) if until else context.at + timedelta(days=7)
    if server := Server.of(os.environ):
        body = {"deployment": deployment, "stage": stage, "check": check, "reason": reason, "policy": policy}
        answer = _post(server, "/api/v1/waivers", {**body, "until": end.isoformat()})
        end = datetime.fromisoformat(answer["until"])
    else:
        from tracker.services import policies, said

        with context.writing() as (session, person):
            there, row = policies.of_deployment(session, deployment, policy)
            said.waive(session, there, row, stage, check, reason=reason, until=end, by=person, at=context.at)
            session.commit()
    local = end.astimezone(context.settings.zone)
    click.echo(f"{check} does not block {deployment}/{stage} until {local:%Y-%m-%d %H:%M %Z}.")


@click.command("break-glass")
@click.option("-d", "--deployment", required=True, metavar="ID", help="Of which deployment.")
@click.option("-s", "--stage", required=True, metavar="ID", help="For which stage.")
@click.option("--reason", required=True, help="Why; it stands in the banner, and an item asks you to explain it.")
@click.option("--content", metavar="ID", help="Only for this content; else for whatever comes first.")
@click.option("--policy", metavar="NAME", help="Whose deployment it is, where two policies have one of that name.")
@click.pass_obj
def break_glass(context: Context, deployment: str, stage: str, reason: str, content: str | None, policy: str | None) -> None:
    """Print a code that opens the gate once, whatever the checks say. It is always written down.

    \b
    Example:
      tracker break-glass -d datahub -s prod --reason "Production is down and the exam begins at ten"
      TRACKER_BREAK_GLASS=trk_bg_… tracker gate exec -d datahub -s prod -- ./deploy
    """
    if server := Server.of(os.environ):
        body = {"deployment": deployment, "stage": stage, "reason": reason, "content_id": content, "policy": policy}
        code = _post(server, "/api/v1/break-glass", body)["code"]
    else:
        from tracker.services import policies, said

        with context.writing() as (session, person):
            there, row = policies.of_deployment(session, deployment, policy)
            code = said.break_glass(session, there, row, stage, reason=reason, content_id=content, by=person, at=context.at)
            session.commit()
    click.echo(code)


def _post(server: Server, path: str, body: dict[str, Any]) -> Any:
    known = {name: value for name, value in body.items() if value is not None}
    return server.post(path, known, deadline=time.monotonic() + SECONDS)


def _content(deployment: str, policy: str | None, ref: str) -> tuple[str, str]:
    """The commit and the content id of `ref` in the clone around us, by the deployment's paths in the policy there."""
    from tracker.policy.git import Repo
    from tracker.policy.paths import spec
    from tracker.policy.protected import Moves, policies_before

    repo = Repo.around(Path.cwd(), os.environ)
    if repo is None:
        raise NotFound("There is no git clone here: go into one, or say --content ID (the banner of the gate shows it).")
    commit = repo.commit_id(ref)
    if commit is None:
        raise NotFound(f"{ref} is no commit of this clone: git fetch, or another --ref.")
    texts = [one.policy for one in policies_before(repo, Moves(old=commit)) if policy in (None, one.policy.name)]
    found = next((known for one in texts if (known := one.deployment(deployment))), None)
    if found is None:
        raise NotFound(
            f"No file under policy/ has a deployment {deployment} at {ref}: say --content ID (the gate's banner shows it)."
        )
    return commit, repo.content_id(commit, spec(found).match_file)


def _end_of(day: str, context: Context) -> datetime:
    """The last moment of that day by the team's clock."""
    try:
        last = date.fromisoformat(day)
    except ValueError:
        raise Invalid(f"{day} is no day: write it as 2026-12-01.", "until") from None
    return datetime.combine(last + timedelta(days=1), clock(), context.settings.zone).astimezone(UTC)

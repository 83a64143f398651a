"""`tracker prove`: tie an action item to what holds it in force, a check of a policy or what the forge asks for."""

import os
import time
from collections.abc import Iterable
from typing import Any

import click

from tracker.cli.context import Context
from tracker.cli.report import printable
from tracker.domain.claims import Role
from tracker.domain.errors import NotFound

SECONDS = 60.0  # for the server's answer
WORDS = {
    "defined": "defined",
    "required": "required",
    "exercised": "exercised",
    "last_bit": "last refused",
    "true": "true",
}


@click.command("prove")
@click.argument("key")
@click.option("-d", "--deployment", metavar="NAME", help="The deployment, as the policy calls it.")
@click.option("-s", "--stage", metavar="NAME", help="The stage, such as prod.")
@click.option("--check", metavar="ID", help="The check of the policy in force.")
@click.option("--policy", metavar="NAME", help="Whose deployment it is, where two policies have one of that name.")
@click.option("--repo", metavar="OWNER/NAME", help="Instead of a check: a repo whose forge is asked.")
@click.option("--branch", metavar="NAME", help="The branch that merges go to, with --repo.")
@click.option("--context", "contexts", metavar="NAME", multiple=True, help="A job or status it must require, with --repo.")
@click.option("--forge", type=click.Choice(["github", "gitlab"]), help="Which forge, where the address does not say.")
@click.option("--list", "listed", is_flag=True, help="Print what proves it, with the answers.")
@click.option("--remove", is_flag=True, help="Take away the proof by that check on that stage.")
@click.pass_obj
def prove(context: Context, /, key: str, listed: bool, remove: bool, **how: Any) -> None:
    """Tie the item KEY to what holds it in force: from then on it is verified while that stands, and comes back when not.

    \b
    Example:
      tracker prove A2 -d datahub -s prod --check staging-online
      tracker prove A47 --repo example/hub --branch prod --context staging-online
      tracker prove A2 --list
      tracker prove A2 -d datahub -s prod --check staging-online --remove
    """
    contexts, repo, branch = how.pop("contexts"), how.pop("repo"), how.pop("branch")
    forge = how.pop("forge")
    named = [how["deployment"], how["stage"], how["check"]]
    if listed:
        lines: Iterable[str] = _list(context, key)
    elif repo or branch or contexts:
        if not (repo and branch and contexts) or any(named) or remove:
            raise click.UsageError("To ask a forge give --repo, --branch and --context, and nothing of a policy.")
        from tracker.cli.prove_forge import prove_by_forge

        lines = prove_by_forge(context, key, repo=repo, branch=branch, contexts=contexts, forge=forge)
    elif all(named):
        lines = [_remove(context, key, **how)] if remove else _prove(context, key, **how)
    else:
        raise click.UsageError("Say which check: -d DEPLOYMENT -s STAGE --check ID; or --repo, --branch and --context.")
    for line in lines:
        click.echo(line)


def _prove(context: Context, key: str, *, deployment: str, stage: str, check: str, policy: str | None) -> list[str]:
    from tracker.cli.server import Server

    if server := Server.of(os.environ):
        body = {"item": key, "deployment": deployment, "stage": stage, "check": check, "policy": policy}
        server.post("/api/v1/proofs", body, deadline=time.monotonic() + SECONDS)
        found = f"/api/v1/action-items/{key.upper()}/verification"
        return _verification(server.get(found, deadline=time.monotonic() + SECONDS))
    from tracker.services import action_items, proofs

    with context.writing(needs=Role.EDITOR) as (session, person):
        item = action_items.find(session, key, person)
        place = proofs.place(session, deployment, stage, check, policy=policy)
        proofs.prove(session, item, place.check, place.stage, mode=place.mode, by=person, at=context.at)
        told = f"{item.key} is proven by {place.words} from now on."
        session.commit()
    return [told, *_list(context, key)]


def _remove(context: Context, key: str, *, deployment: str, stage: str, check: str, policy: str | None) -> str:
    from tracker.services import action_items, proofs

    _only_here("--remove")
    with context.writing(needs=Role.EDITOR) as (session, person):
        item = action_items.find(session, key, person)
        words = f"{check} on {deployment}/{stage}"
        those = [proof for proof, said in proofs.of_item(session, item) if said == words]
        if not those:
            raise NotFound(f"{item.key} is not proven by {words}: `tracker prove {item.key} --list` prints what proves it.")
        proofs.remove(session, those[0], by=person, at=context.at)
        told = f"{words} proves {item.key} no more."
        session.commit()
    return told


def _list(context: Context, key: str) -> list[str]:
    from tracker.cli.server import Server

    if server := Server.of(os.environ):
        return _verification(
            server.get(f"/api/v1/action-items/{key.upper()}/verification", deadline=time.monotonic() + SECONDS)
        )
    from tracker.services import stage_reports

    with context.reading() as (session, person):
        return _verification(stage_reports.verification(session, key, person, at=context.at))


def _only_here(option: str) -> None:
    from tracker.cli.server import Server

    if Server.of(os.environ):
        raise click.UsageError(f"{option} works where the database is; in a browser the item's page has a button for it.")


def _verification(told: dict[str, Any]) -> list[str]:
    """A line for the item, then each proof with its answers."""
    word = "verified" if told["verified"] else "regressed" if told["regressed"] else told["standing"]
    because = told["broke_because"] if told["regressed"] else told["because"]
    lines = [f"{told['key']}  {word}{f': {printable(because)}' if because else ''}"]
    for proof in told["proofs"]:
        waived = f", waived until {proof['waived_until'][:10]}" if proof.get("waived_until") else ""
        where = "/".join(filter(None, (proof.get("deployment"), proof.get("stage"))))
        on = f" on {where}" if where else ""
        lines.append(f"     {printable(proof['check'])}{on}: {proof['standing']}{waived}")
        for name, said in WORDS.items():
            if answer := (proof.get("answers") or {}).get(name):
                yes = "" if answer["answer"] == "none" or name == "last_bit" else f"{answer['answer']}, "
                day = f" ({answer['at'][:10]})" if answer.get("at") else ""
                lines.append(f"       {said:13}{yes}{printable(answer['text'])}{day}")
    return lines if told["proofs"] else [*lines, "     Nothing proves it."]

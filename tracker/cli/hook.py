"""`tracker hook`: the gate before the protected branches of a git repo."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import click

from tracker.domain.errors import Conflict, Invalid, TrackerError

MARK = "Written by `tracker hook install`"
HOOKS = {
    "pre-receive": "asks the gate for the protected branches before a push moves them; shut where it cannot find out",
    "post-receive": "reports what reached the branches",
}
SCRIPT = """\
#!/bin/sh
# {mark}: {what}.
{settings}exec {command} hook {name}{deployments}
"""


@click.group("hook")
def hook() -> None:
    """Put the gate before the protected branches of a git repo: a push that is denied does not arrive.

    \b
    Example:
      tracker hook install --bare /srv/git/hubs.git
      git push -o break-glass=CODE origin prod            override, with a code that a person was given
      git push -o deployment=datahub origin prod          say which, where a branch deploys several
    """


@hook.command("install")
@click.argument("repo", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--bare", is_flag=True, help="REPO has to be a bare one, as servers have.")
@click.option("-d", "--deployment", "deployments", multiple=True, help="Only these deployments; else all of the policy.")
@click.option("--server", envvar="TRACKER_SERVER", help="Where the tracker is. [env: TRACKER_SERVER]")
@click.option(
    "--token", envvar="TRACKER_TOKEN", help="What the hook shows it; kept in REPO/tracker-token. [env: TRACKER_TOKEN]"
)
def install(repo: Path, bare: bool, deployments: tuple[str, ...], server: str | None, token: str | None) -> None:
    """Write pre-receive and post-receive into REPO, and let it take push options.

    \b
    Example:
      TRACKER_TOKEN=trk_ci_… tracker hook install --bare /srv/git/hubs.git --server https://tracker.example.org
    """
    from tracker.policy.git import Repo

    found = Repo.around(repo, os.environ)
    if found is None:
        raise Invalid(f"{repo} is no git repo.")
    if bare and found.ask("rev-parse", "--is-bare-repository").strip() != b"true":
        raise Invalid(f"{repo} is not bare: a server's repo is (git init --bare). Leave --bare out if you mean it.")
    git_dir = (repo / found.ask("rev-parse", "--git-dir").decode().strip()).resolve()
    folder = git_dir / "hooks"
    folder.mkdir(exist_ok=True)
    for name in HOOKS:
        there = folder / name
        if there.exists() and MARK not in there.read_text(encoding="utf-8", errors="replace"):
            raise Conflict(f"{there} is somebody else's: let it call `tracker hook {name}` with its input, or move it away.")
    if token:
        _write(git_dir / "tracker-token", token.strip() + "\n", 0o600)
    for name, what in HOOKS.items():
        _write(folder / name, _script(name, what, git_dir, deployments, server), 0o755)
        click.echo(f"{folder / name} {what}.")
    found.ask("config", "receive.advertisePushOptions", "true")


@hook.command("pre-receive", hidden=True)
@click.option("-d", "--deployment", "deployments", multiple=True)
def pre_receive(deployments: tuple[str, ...]) -> None:
    """For git: judge a push, whose updates are on standard input."""
    from tracker.cli.errors import explained
    from tracker.cli.hook_gates import flush, judge, this_push

    try:
        refused = judge(this_push(sys.stdin, os.environ, deployments), flush)
    except Exception as error:  # whatever it is, nothing moves
        refused = [explained(error)[0]]
    for sentence in refused:
        click.echo(f"tracker: {sentence}", err=True)
    if refused:
        click.echo("tracker: nothing was pushed. A person may override a gate: git push -o break-glass=CODE", err=True)
    raise SystemExit(1 if refused else 0)


@hook.command("post-receive", hidden=True)
@click.option("-d", "--deployment", "deployments", multiple=True)
def post_receive(deployments: tuple[str, ...]) -> None:
    """For git: report what has moved. It has, so nothing that goes wrong here is a failure."""
    from tracker.cli.hook_gates import tell_reached, this_push

    try:
        tell_reached(this_push(sys.stdin, os.environ, deployments), lambda text: click.echo(text, err=True))
    except TrackerError as error:
        click.echo(f"tracker: {error}", err=True)


def _script(name: str, what: str, git_dir: Path, deployments: tuple[str, ...], server: str | None) -> str:
    if server and shlex.quote(server) != server:
        raise Invalid("--server is no address: use one such as https://tracker.example.org.")
    settings = f': "${{TRACKER_SERVER:={server}}}"\n' if server else ""
    settings += f': "${{TRACKER_TOKEN:=$(cat {shlex.quote(str(git_dir / "tracker-token"))} 2>/dev/null)}}"\n'
    settings += "export TRACKER_SERVER TRACKER_TOKEN\n"
    named = "".join(f" -d {shlex.quote(one)}" for one in deployments)
    return SCRIPT.format(mark=MARK, what=what, settings=settings, command=_command(), name=name, deployments=named)


def _command() -> str:
    """The installed command by its full path, since a git server's PATH is short; else this Python and its module."""
    called = Path(sys.argv[0])
    if called.name == "tracker" and called.is_file():
        return shlex.quote(str(called.resolve()))
    beside = shutil.which("tracker", path=str(Path(sys.executable).parent))
    return shlex.quote(beside) if beside else f"{shlex.quote(sys.executable)} -m tracker"


def _write(path: Path, text: str, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    path.chmod(mode)

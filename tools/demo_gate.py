"""`make demo-gate`: the founding incident played in a terminal, with a real repo, hook, hub and tracker, in a minute.

Everything is on 127.0.0.1 and in a temporary folder, which is gone afterwards; nothing is asked. Each step says what ought
to come out; the exit code is 0 only if all of it did. The policy is policy/datahub.yaml with this machine's addresses and
labs that run now: the gate knows no other time. Weeks become seconds, so that an item is verified before you leave.
"""

import os
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Sequence
from contextlib import chdir
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from click.testing import CliRunner  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from tracker.cli import main as tracker  # noqa: E402
from tracker.config import Settings  # noqa: E402
from tracker.factory import create_app  # noqa: E402

REPO = "github.com/berkeley-dsep-infra/datahub"
INCIDENT = ROOT / "incidents" / "2018-01-25-merged-to-production-by-accident.md"
ADA = "ada@example.org"
WIDTH = 79
WHY = "reason=the hub is down and labs are running"


class Hub(BaseHTTPRequestHandler):
    """The staging hub; `status` is what it says when it is asked how it is."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(Hub.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def serve(server: Any) -> str:
    """Serve in a thread, which ends with this program; returns the address."""
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def policy_of_today(hub: str) -> str:
    """The example's policy, with labs that run now, a term that is now, and seconds for weeks. There is no GitHub here: that
    the gate cannot be walked round is told by the hook's own runs."""
    now = datetime.now(UTC)
    labs = f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:00}"
    text = (ROOT / "policy" / "datahub.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  - id: prod-merges-gated"), text.index("  # A3: make it plain")
    text = text[:begin] + text[end:]
    for old, new in {
        "timezone: America/Los_Angeles": "timezone: UTC",
        "{id: spring-2018, start: 2018-01-16, end: 2018-05-11}":
            f"{{id: this-term, start: {now.date() - timedelta(days=30)}, end: {now.date() + timedelta(days=60)}}}",
        "start: 2018-01-16T08:00:00, duration: 11h, rrule: \"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\", until: 2018-05-11":
            f"start: {labs}, duration: 4h",
        "https://staging.datahub.berkeley.edu": hub,
        "attempts: 5\n      wait: 5s": "attempts: 3\n      wait: 0s",
        "min_age: 30m": "min_age: 1s",
        "    verify_for: 1d\n": "",
        "    proves: [": "    verify_for: 1s\n    proves: [",
    }.items():  # fmt: skip
        if old not in text:
            raise SystemExit(f"policy/datahub.yaml has changed, and this demo has not: it has no {old!r}.")
        text = text.replace(old, new)
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith("except: ["))


class Demo:
    """The team: its clone, its server's repo, what people type; and whether everything came out as told."""

    def __init__(self, folder: Path, hub: str, server: str, database: dict[str, str]) -> None:
        self.clone, self.bare, self.wrong, self.n = folder / "clone", folder / "datahub.git", 0, 0
        self.told: list[str] = []
        self.database, self.pull_requests = database, 233
        people = {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in
                  (("NAME", "Ada Lovelace"), ("EMAIL", ADA))}  # fmt: skip
        quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder), "LANG": "C.UTF-8"}
        self.environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REMOTE_USER": ADA, **people, **quiet}
        self.server = {"TRACKER_SERVER": server}
        self.prepare(hub)

    def prepare(self, hub: str) -> None:
        self.person("user", "invite", "Ada", "--email", ADA, "--role", "admin", by="Admin")
        self.person("user", "role", "Admin", "reader")  # the first person of all, whom nobody is here
        self.clone.mkdir()
        self.git("init", "-q", "-b", "main")
        self.git("config", "tracker.repo", REPO)
        self.commit("The hub as it is", {
            "policy/datahub.yaml": policy_of_today(hub), "docs/policy/deployment.md": "# Look at staging first\n",
            "datahub/config.yaml": "chart: 0.5\n", "deploy.py": "print('deployed')\n",
        })  # fmt: skip
        for branch in ("staging", "prod"):
            self.git("branch", branch)
        self.git("clone", "-q", "--bare", ".", str(self.bare))
        self.git("-C", str(self.bare), "config", "tracker.repo", REPO)
        self.git("remote", "add", "origin", str(self.bare))
        self.git("fetch", "-q", "origin")

    # what is typed

    def git(self, *words: str, code: int | None = 0) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.clone, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        if code is not None and done.returncode != code:
            raise SystemExit(f"git {' '.join(words)}: {done.stderr}")
        return (done.stdout + done.stderr).strip()

    def commit(self, subject: str, files: dict[str, str]) -> str:
        for name, text in files.items():
            path = self.clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def person(self, *words: str, by: str = ADA) -> str:
        """A command that is typed where the database is."""
        with chdir(self.clone if self.clone.exists() else ROOT):
            done = CliRunner().invoke(tracker, ["--as", by, *words], env=self.database)
        if done.exit_code:
            raise SystemExit(f"tracker {' '.join(words)}: {done.output}")
        return done.output

    def job(self, *words: str) -> str:
        """A command of CI's, in a process of its own, as the hook is."""
        command = [sys.executable, "-m", "tracker", *words]
        environ = self.environ | self.server
        done = subprocess.run(command, cwd=self.clone, env=environ, capture_output=True, text=True, timeout=120, check=False)
        return done.stdout + done.stderr

    def staged(self, subject: str, text: str) -> None:
        self.git("switch", "-q", "staging")
        self.commit(subject, {"datahub/config.yaml": text})
        self.git("push", "-q", "origin", "staging")
        self.job("gate", "exec", "-d", "datahub", "-s", "staging", "--", "true")

    def merged(self) -> str:
        self.git("switch", "-q", "prod")
        self.pull_requests += 1
        said = f"Merge pull request #{self.pull_requests} from berkeley-dsep-infra/staging"
        self.git("merge", "-q", "--no-ff", "-m", said, "staging")
        return self.git("rev-parse", "HEAD")

    def push(self, *options: str) -> str:
        words = [word for option in options for word in ("-o", option)]
        said = self.git("push", *words, "origin", "prod", code=None)
        lines = [line.removeprefix("remote:").removeprefix(" ").rstrip() for line in said.splitlines()]
        return "\n".join(line for line in lines if line and not line.startswith(("To ", "error:", "hint:")))

    @property
    def prod(self) -> str:
        return self.git("-C", str(self.bare), "rev-parse", "prod")

    # what is told

    def step(self, what: str, why: str = "") -> None:
        self.n += 1
        print(f"\n\n{self.n}. {what}")
        if why:
            print(textwrap.fill(why, WIDTH, initial_indent="   ", subsequent_indent="   "))
        sys.stdout.flush()

    def show(self, command: str, said: str, most: int = 40) -> None:
        lines = said.strip().splitlines()
        more = [f"… {len(lines) - most} more lines"] if len(lines) > most else []
        print("\n".join([f"   $ {command}", *(f"   | {line}" for line in [*lines[:most], *more])]), flush=True)

    def expect(self, what: str, said: str, words: Sequence[str], came: bool = True) -> None:
        text = " ".join(said.split())
        missing = [word for word in words if word not in text]
        ok = came and not missing
        self.wrong += not ok
        said = f"{'as told' if ok else 'NOT AS TOLD'}: {what}" + (f" (missing: {missing})" if missing else "")
        self.told.append(f"{self.n:2}  {said}")
        print(f"   {said}", flush=True)

    def items(self, word: str, what: str) -> None:
        said = "".join(self.person("prove", key, "--list") for key in ("A1", "A2", "A3"))
        heads = [line for line in said.splitlines() if line.startswith("A")]
        self.show("tracker prove A1 --list   (and A2, A3)", "\n".join(heads))
        self.expect(what, said, [f"{key} {word}" for key in ("A1", "A2", "A3")])


def play(demo: Demo) -> None:
    demo.step(
        "The postmortem, its three action items, and a policy that holds them in force.",
        "All three are claimed to be done. Until a check has judged a change, nothing says that they are in force.",
    )
    demo.person("import", str(INCIDENT))
    pushed = demo.person("policy", "push", "policy/datahub.yaml")
    for key in ("A1", "A2", "A3"):
        demo.person("item", key, "done")
    demo.show("tracker policy push policy/datahub.yaml", pushed)
    demo.show("tracker ack datahub", demo.person("ack", "datahub"))
    token = demo.person("token", "create", "hook and CI", "--policy", "datahub").split()
    demo.server["TRACKER_TOKEN"] = next(word for word in token if word.startswith("trk_ci_"))
    demo.person("tick")
    demo.show("tracker hook install --bare datahub.git", demo.job("hook", "install", "--bare", str(demo.bare)))

    demo.step("The accident: an upgrade that nobody tried is merged to production.",
              "Staging is down, which nobody has noticed; labs are running; the other hub was meant.")  # fmt: skip
    demo.staged("Upgrade the chart", "chart: 0.6-beta\n")
    Hub.status, before = 503, demo.prod
    demo.merged()
    time.sleep(1.1)  # it has to have been on staging for a second
    said = demo.push()
    demo.show("git push origin prod", said)
    three = ["FAIL staging-online", "FAIL staging-tested", "FAIL lab-hours", "DENY: 3 checks block datahub/prod"]
    demo.expect("refused by three checks, and the branch has not moved", said, three, demo.prod == before)

    demo.step("The same, by somebody who thinks that it is the other hub.")
    said = demo.push("deployment=prob140")
    other = said[said.index("YOU ARE MANAGING:  PROD  <-  prob140") - 2 :] if "<-  prob140" in said else said
    demo.show("git push -o deployment=prob140 origin prod", other, most=9)
    demo.expect("refused: the hub that was named is not this one", said, ["FAIL one-hub-named"], demo.prod == before)

    demo.step("What would the gate say tonight, with staging up and tried? A dry run may ask about another time.")
    Hub.status = 200
    demo.show("tracker attest datahub staging-tested --ref staging",
              demo.person("attest", "datahub", "staging-tested", "--ref", "staging"))  # fmt: skip
    tonight = (datetime.now(UTC) + timedelta(hours=3)).isoformat(timespec="minutes")
    ask = ["gate", "check", "-d", "datahub", "-s", "prod", "--actor", ADA, "--dry-run", "--at", tonight]
    said = demo.job(*ask)
    demo.show("tracker gate check -d datahub -s prod --dry-run --at …", said)
    demo.expect("it would be allowed", said, ["ALLOW"])

    demo.step("Production is down, and the repair is on its way: a recovery, which needs an incident that is open.")
    said = demo.push("change-type=recovery", WHY)
    demo.expect("refused without an incident", said, ["no incident"], demo.prod == before)
    demo.show('tracker incident declare "The hub is down" -d datahub',
              demo.person("incident", "declare", "The hub is down", "-d", "datahub", "--severity", "SEV1"))  # fmt: skip
    said = demo.push("change-type=recovery", WHY)
    demo.show("git push -o change-type=recovery -o reason=… origin prod", said)
    moved = demo.git("rev-parse", "prod")
    demo.expect("allowed; the freeze is shown as waived", said, ["WAIVED lab-hours", "ALLOW"], demo.prod == moved)
    time.sleep(1.1)  # what takes two weeks in the example's policy
    demo.person("tick")
    demo.items("verified", "done, and in force: each is verified")

    demo.step("A night without staging, and a merge that is refused.",
              "A guard is not its condition: staging being down is when it works.")  # fmt: skip
    demo.staged("Raise a limit", "chart: 0.7-beta\n")
    Hub.status, before = 503, demo.prod
    refused = demo.merged()
    demo.expect("refused", demo.push(), ["FAIL staging-online", "DENY"], demo.prod == before)
    demo.items("verified", "still verified")
    evidence = demo.person("prove", "A2", "--list")
    demo.show("tracker prove A2 --list", evidence)
    demo.expect("the refusal is its best evidence", evidence, ["last refused", "did not answer [200]: 503"])

    demo.step("Somebody with a shell on the git server moves the branch all the same.")
    demo.git("push", "-q", "origin", f"{refused}:refs/heads/aside")
    demo.git("-C", str(demo.bare), "update-ref", "refs/heads/prod", refused)
    demo.git("fetch", "-q", "origin")
    demo.show("tracker gate history -d datahub -s prod      (a timer does that)",
              demo.job("gate", "history", "-d", "datahub", "-s", "prod"))  # fmt: skip
    demo.items("regressed", "all three are back in the list, naming the commit")
    said = demo.person("prove", "A3", "--list")
    demo.expect("it is named", said, [refused[:8], "past the gate, which had refused it"])

    demo.step("The next change goes through the gate.",
              "What holds again stays in the list until somebody has seen that it did not.")  # fmt: skip
    Hub.status = 200
    demo.staged("Mend it", "chart: 0.7\n")
    demo.person("attest", "datahub", "staging-tested", "--ref", "staging")
    demo.merged()
    time.sleep(1.1)
    said = demo.push("change-type=recovery", WHY)
    demo.expect("allowed", said, ["ALLOW"], demo.prod == demo.git("rev-parse", "prod"))
    demo.items("regressed", "still listed")
    demo.step("What the tracker knows of the three items now.")
    for key in ("A1", "A2", "A3"):
        demo.show(f"tracker prove {key} --list", demo.person("prove", key, "--list"))


def main() -> int:
    began = time.monotonic()
    for name in [name for name in os.environ if name.startswith(("TRACKER_", "GIT_"))]:
        del os.environ[name]  # nothing of this terminal's settings
    with tempfile.TemporaryDirectory(prefix="demo-gate-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        hub = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
        hub_url = serve(hub)
        database = {"TRACKER_DATA_DIR": str(folder / "instance"), "TRACKER_ALLOWED_HOSTS": "127.0.0.1"}
        settings = Settings.from_env(database, secret_key="only for this demo")
        done = CliRunner().invoke(tracker, ["user", "list"], env=database)  # makes the database
        if done.exit_code:
            raise SystemExit(done.output)
        app = create_app(settings)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        try:
            address = serve(server)
            demo = Demo(folder, hub_url, address, database | {"TRACKER_URL": address})
            play(demo)
        finally:
            server.shutdown()
            hub.shutdown()
            app.extensions["engine"].dispose()
    took = f"{demo.n} steps in {time.monotonic() - began:.0f} seconds; the folder is gone and nothing is left running."
    print("\n\n" + "\n".join(demo.told))
    print(f"\n{took}\n{'Everything came out as told.' if not demo.wrong else f'{demo.wrong} NOT AS TOLD, see above.'}")
    return 1 if demo.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

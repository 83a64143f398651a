"""How often each of the reader's rules fires, and for how many teams; a rule of one team only needs a reason (DESIGN §5)."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from bench.documents import documents
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.reader import read


def main() -> int:
    which, found = documents()
    fired: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, data in found:
        path = PurePosixPath(name)
        for role, rule in _rules(read(data, path.name)):
            fired[role, rule][path.parent.name or "here"] += 1
    sys.stdout.write(f"{which}: {len(found)} documents\n\n{'fired':>6} {'teams':>5}  rule\n")
    for (role, rule), teams in sorted(fired.items(), key=lambda one: (one[0][0], -sum(one[1].values()))):
        only = f"   only {next(iter(teams))}" if len(teams) == 1 else ""
        sys.stdout.write(f"{sum(teams.values()):>6} {len(teams):>5}  {role}: {rule}{only}\n")
    return 0


def _rules(pm: Postmortem) -> Iterator[tuple[str, str]]:
    for role in ("title", "date", "timezone", "severity", "status", "summary", "impact", "root_cause"):
        value = getattr(pm, role)
        if value is not None:
            yield role, value.rule
    yield from (("entry", entry.rule) for entry in pm.timeline)
    yield from (("item", item.rule) for item in pm.items)
    yield from (
        ("state", f"{item.slots.habit}{', by its group' if item.slots.by_group else ''}") for item in pm.items if item.stated
    )


if __name__ == "__main__":
    sys.exit(main())

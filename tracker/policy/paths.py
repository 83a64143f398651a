"""Which deployment a path in the repo belongs to. Patterns are those of .gitignore, where a later `!` takes back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from tracker.policy.model import Deployment, Policy
from tracker.policy.patterns import matcher


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose a path is: ids of deployments, in the order of the policy. A path may be several's own."""

    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def spec(of: Deployment | Sequence[str]) -> GitIgnoreSpec:
    """What says `match_file(path)`: for a deployment's own paths, or for patterns."""
    return matcher(of.paths if isinstance(of, Deployment) else of)


def owners_of(paths: Iterable[str], policy: Policy, repo: str | None = None) -> Mapping[str, Owners]:
    """For each path which deployments it belongs to. With `repo` only those that are deployed from it (or name no repo)."""
    here = [one for one in policy.deployments if repo is None or one.repo in (None, repo)]
    own = [(one.id, spec(one)) for one in here]
    shared = [(one.id, spec(one.shared_paths)) for one in here]
    return {
        path: Owners(
            tuple(name for name, mine in own if mine.match_file(path)),
            tuple(name for name, ours in shared if ours.match_file(path)),
        )
        for path in paths
    }

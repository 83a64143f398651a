"""Who somebody in a change is among the people that the server knows. Nobody is taken for somebody else by likeness."""

from collections.abc import Sequence

from tracker.policy.values import Change, Human


def same_person(one: Human, other: Human) -> bool:
    return one == other or bool(one.logins & other.logins)


def actor_of(change: Change, people: Sequence[Human]) -> Human | None:
    """Who merges or deploys: by login on their forge; where no forge names them, by e-mail, else by a name that one has."""
    if not change.actor:
        return None
    if change.actor_forge:
        login = f"{change.actor_forge}:{change.actor}".casefold()
        return next((one for one in people if login in _logins(one)), None)
    found = [one for one in people if change.actor.casefold() in _logins(one)]
    found = found or [one for one in people if one.name.casefold() == change.actor.casefold()]
    return found[0] if len(found) == 1 else None


def is_author(person: Human, change: Change) -> bool:
    """Whether the change is this person's own, as far as its login, its author's e-mail or name tell."""
    forge = change.actor_forge or "github"
    told = {f"{forge}:{change.author_login}".casefold()} if change.author_login else set()
    name, _, mail = change.author.partition("<")
    told |= {mail.rstrip("> ").casefold()} if mail else set()
    return bool(told & _logins(person)) or name.strip().casefold() == person.name.casefold()


def _logins(person: Human) -> set[str]:
    return {login.casefold() for login in person.logins}

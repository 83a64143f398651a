"""Whether a page is a postmortem at all: in a folder of other pages only these are taken."""

from tracker.domain.postmortem import Postmortem


def is_postmortem(postmortem: Postmortem) -> bool:
    return postmortem.is_one


def says_something(postmortem: Postmortem) -> bool:
    """Whether anything but its title was understood: enough for a page that a person pointed at."""
    lessons = postmortem.lessons
    return bool(
        postmortem.timeline
        or postmortem.items
        or postmortem.root_cause
        or postmortem.factors
        or postmortem.summary
        or postmortem.impact
        or any((lessons.went_well, lessons.went_wrong, lessons.lucky, lessons.other))
    )

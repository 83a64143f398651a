"""A template's closing checklist asks whether the report is finished; it is no list of action items."""

from tracker.postmortem.reader import read

DOCUMENT = """# 2024-03-02: The mail relay loses mail

## Timeline

- 10:00 The relay is restarted

## Action items

1. Keep the spool on a disk that survives a restart

## Actions

{list}
"""
CHECKLIST = """- [ ] Incident is over
- [ ] The sections above are filled out
- [x] All action items above have tickets"""
WORK = """- [ ] Incident alerts reach the person on call
- [ ] The sections above are filled out
- [ ] Page when the spool is full"""


def items(listed: str) -> list[str]:
    return [item.text for item in read(DOCUMENT.format(list=listed).encode()).items]


def test_the_closing_checklist_of_a_report_is_no_work() -> None:
    assert items(CHECKLIST) == ["Keep the spool on a disk that survives a restart"]


def test_a_list_that_holds_work_is_read_whole() -> None:
    assert len(items(WORK)) == 4

"""Loading a policy: every mistake is named with its line and a way to mend it, and no bytes make it raise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.policy import ChangeType, Enforcement, Mode
from tracker.policy.load import MOST_BYTES, load, policy_from_json
from tracker.policy.model import key_of, words_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "policy" / "datahub.yaml").read_bytes()
SMALL = """\
apiVersion: policy/v1
name: small
deployments:
  - id: hub
    repo: https://github.com/Team/hub.git
    stages:
      - {id: staging, url: "https://staging.example.org"}
      - {id: prod, promotes_from: staging, url: "https://example.org", protected: true}
checks:
  - id: up
    kind: http
    with: {url: "{{ stage.url }}/health"}
"""
WINDOW = "windows:\n  w:\n    reason: r\n    rules:\n"


def problems(text: str | bytes) -> list[tuple[int, str, str]]:
    loaded = load(text if isinstance(text, bytes) else text.encode(), "p.yaml")
    assert (loaded.policy is None) is bool(loaded.errors)
    assert all(problem.file == "p.yaml" for problem in loaded.problems)
    return [(problem.line, problem.message, problem.fix) for problem in loaded.problems]


def test_the_example_loads_without_a_problem() -> None:
    loaded = load(EXAMPLE, "policy/datahub.yaml")
    assert loaded.problems == () and loaded.policy is not None
    modes = {check.id: check.mode for check in loaded.policy.checks if check.proves}
    conditions = {name for name, mode in modes.items() if mode is Mode.CONDITION}
    assert conditions == {"admins-acknowledged", "prod-merges-gated"}
    assert {key_of(entry) for check in loaded.policy.checks for entry in check.proves} == {"A1", "A2", "A3"}


def test_what_is_kept_of_a_policy_reads_back_as_the_same_policy() -> None:
    policy = load(EXAMPLE, "p").policy
    assert policy is not None
    assert policy_from_json(policy.model_dump(mode="json", by_alias=True)) == policy


def replaced(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new)


# (what stands in the file, the line, words of the message, words of what to do)
MISTAKES = {
    "an unknown key": (replaced("repo:", "repoo:"), 5, "unknown key `repoo`", "Did you mean `repo`?"),
    "an unknown key of a kind": (replaced("{url: ", "{attemps: 3, url: "), 12, "unknown key `attemps`", "`attempts`"),
    "a key that stands twice": (SMALL + "    kind: http\n", 13, "`kind` stands twice: the first time in line 11", "one"),
    "a whole part twice": (SMALL + "name: other\n", 13, "`name` stands twice", "Keep one"),
    "a missing key": (replaced("    kind: http\n", ""), 10, "`kind` is missing", "http"),
    "a missing parameter": (replaced('{url: "{{ stage.url }}/health"}', "{need: 1}"), 12, "`url` is missing", "address"),
    "an unknown kind": (replaced("kind: http", "kind: htpp"), 11, "`htpp` is no kind", "Did you mean `http`?"),
    "an ordinal": (SMALL + '    proves: ["2"]\n', 13, "'2'", "permanent key"),
    "an ordinal in words": (SMALL + "    proves: [item 2]\n", 13, "'item 2'", "permanent key"),
    "a number": (SMALL + "    proves: [2]\n", 13, "2", "permanent key"),
    "a key with a nought": (SMALL + "    proves: [A0 Look]\n", 13, "A0", "permanent key"),
    "an unknown stage": (SMALL + "    applies_to: {stages: [prd]}\n", 13, "no deployment has a stage `prd`", "`prod`?"),
    "an unknown deployment": (SMALL + "    applies_to: {deployments: [hup]}\n", 13, "no deployment `hup`", "`hub`?"),
    "an unknown place": (SMALL + "    proves_on: [hub/prd]\n", 13, "`hub` has no stage `prd`", "`prod`?"),
    "an unknown window": (
        SMALL + "  - {id: w, kind: window, with: {windows: [labs]}}\n",
        13,
        "there is no window `labs`",
        "There are none.",
    ),
    "a stage from nowhere": (
        replaced("promotes_from: staging", "promotes_from: stagin"),
        8,
        "no stage `stagin`",
        "`staging`?",
    ),
    "relaxing nothing": (SMALL + "recovery: {relax: [upp]}\n", 13, "no check `upp`", "Did you mean `up`?"),
    "relaxing a hard check": (
        SMALL + "    enforcement: hard\nrollback:\n  relax: [up]\n",
        15,
        "a rollback cannot relax `up`, since that is hard",
        "break-glass",
    ),
    "two checks of one name": (
        SMALL + "  - {id: up, kind: target}\n",
        13,
        "two checks called `up`",
        "another name",
    ),
    "two names for two hubs": (
        replaced("checks:", "  - {id: hub2, aliases: [HUB], stages: [{id: prod, url: 'https://b'}]}\nchecks:"),
        9,
        "two deployments called `hub`",
        "another name",
    ),
    "a proof of doubtful mode": (
        SMALL + "    proves: [A1 x]\n    schedule: 5m\n",
        10,
        "is it a guard or a condition?",
        "Say `mode: guard`",
    ),
    "a length without unit": (SMALL + "    timeout: 30\n", 13, "30 is no length of time", "30s"),
    "a length in words": (SMALL + "    schedule: daily\n", 13, "'daily' is no length of time", "14d"),
    "a unit that is none": (SMALL + "    schedule: 1y\n", 13, "'1y' is no length of time", "14d"),
    "a look-up that is none": (replaced("{{ stage.url }}", "{{ stage.uri }}"), 12, "no `{{ stage.uri }}`", "`stage.url`?"),
    "a look-up that is empty": (replaced('url: "https://example.org", ', ""), 12, "is empty for hub/prod", "Give"),
    "braces with a formula": (replaced("{{ stage.url }}", "{{ 1 + 1 }}"), 12, "`{{ 1 + 1 }}` is no look-up", "dotted"),
    "a variable of no kind": (replaced("/health", "/${TOKEN}"), 12, "`${` begins a variable", "${env:NAME}"),
    "a command as a text": (
        SMALL + "  - id: c\n    kind: command\n    with: {argv: ./test --all}\n",
        15,
        "`argv` cannot be './test --all'",
        "Write [./test, --all].",
    ),
    "yes for true": (replaced("protected: true", "protected: yes"), 8, "`protected` cannot be 'yes'", "true or false"),
    "a short ref": (replaced("id: prod,", "id: prod, refs: [prod],"), 8, "'prod'", "refs/heads/prod"),
    "a zone that is none": (replaced("name: small", "name: small\ntimezone: PST8"), 3, "no time zone", "Europe/Oslo"),
    "a minutely rule": (
        SMALL + WINDOW + '      - {start: 2018-01-16T08:00:00, duration: 1h, rrule: "FREQ=MINUTELY"}\n',
        17,
        "FREQ=MINUTELY is not for windows",
        "",
    ),
    "minutes by the back door": (
        SMALL + WINDOW + '      - {start: 2018-01-16T08:00:00, duration: 1h, rrule: "FREQ=DAILY;BYHOUR=1,2"}\n',
        17,
        "BYHOUR is not for windows",
        "",
    ),
    "a start with a zone": (
        SMALL + "windows:\n  w:\n    reason: r\n    rules: [{start: 2018-01-16T08:00:00Z, duration: 1h}]\n",
        16,
        "wall clock",
        "",
    ),
    "a tab": (SMALL + "\t- id: x\n", 13, "a tab stands where YAML wants spaces", "spaces only"),
    "no YAML": (replaced("name: small", "name: small: very"), 2, "this is no YAML", "this line"),
    "two documents": (SMALL + "---\nname: x\n", 13, "a second document", "`---`"),
    "a merge key": (SMALL + "    <<: {timeout: 1s}\n", 13, "`<<`", "Write the keys out"),
    "a tag": (replaced("name: small", "name: !!python/name small"), 2, "means nothing here", "Take it away"),
    "a list": ("- a\n- b\n", 1, "a policy is", ""),
    "nothing": ("# nothing yet\n", 1, "the file is empty", "docs/policy.md"),
    "Latin-1": (SMALL.replace("small", "sm\xe4ll").encode("latin-1"), 2, "not UTF-8", "Save"),
    "a huge file": (SMALL + "#" * MOST_BYTES, 1, "262,144 at most", "Split"),
    "an avalanche of aliases": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        None,
        "too much",
        "aliases",
    ),
    "an alias of itself": ("a: &a [*a]\n", 1, "too much", "aliases"),
    "a server that runs commands": (
        SMALL + "  - {id: c, kind: command, runs_on: server, with: {argv: [x]}}\n",
        13,
        "`runs_on` cannot be 'server'",
        "'cli'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_what_to_do(mistake: str) -> None:
    text, line, message, fix = MISTAKES[mistake]
    found = problems(text)
    fitting = [one for one in found if message in one[1] and fix in one[2]]
    assert fitting, found
    assert line is None or fitting[0][0] == line, found


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if "alias" not in name])
def test_one_mistake_is_one_problem(mistake: str) -> None:
    assert len(problems(MISTAKES[mistake][0])) == 1


def test_the_policy_that_the_mistakes_are_made_in_is_fine() -> None:
    assert problems(SMALL) == []


def test_yaml_says_what_it_says_and_nothing_else() -> None:
    text = SMALL + "    title: 12:30\n    why: no\n    fail_after: 010\n    fix: 2018-01-16\n"
    check = load(text.encode(), "p").policy.check("up")  # type: ignore[union-attr]
    assert check is not None
    assert (check.title, check.why, check.fail_after, check.fix) == ("12:30", "no", 10, "2018-01-16")


def test_yes_is_a_word_whatever_version_of_yaml_a_file_claims() -> None:
    text = "%YAML 1.1\n---\n" + SMALL.replace("protected: true", "protected: yes")
    assert [message for _, message, _ in problems(text)] == ["`protected` cannot be 'yes'."]


def test_a_hub_is_found_by_its_aliases_and_its_repo_however_it_is_written() -> None:
    policy = load(EXAMPLE, "p").policy
    assert policy is not None
    assert policy.deployment("Data8") is policy.deployment("datahub") is not None
    assert policy.deployment("data") is None
    small = load(SMALL.encode(), "p").policy
    assert small is not None and small.deployments[0].repo == "github.com/Team/hub"


@pytest.mark.parametrize(
    ("applies_to", "change", "applies"),
    [
        ("{}", {}, True),
        ("{stages: [prod]}", {}, True),
        ("{stages: [staging]}", {}, False),
        ("{stages: [staging, prod], deployments: [hub]}", {}, True),
        ("{refs: [refs/heads/p*]}", {"ref": "refs/heads/prod"}, True),
        ("{refs: [refs/heads/p*]}", {"ref": "refs/heads/main"}, False),
        ("{refs: [refs/heads/p*]}", {}, True),  # could not be found out: no rule gets lost
        ("{changed_paths: [docs/]}", {"changed_paths": ["docs/a/b.md", "x"]}, True),
        ("{changed_paths: [docs/]}", {"changed_paths": ["x"]}, False),
        ("{changed_paths: [docs/]}", {"changed_paths": []}, False),
        ("{changed_paths: [docs/]}", {"changed_paths": None}, True),
        ("{change_types: [normal]}", {}, True),
        ("{change_types: [normal]}", {"change_type": ChangeType.ROLLBACK}, False),
        ("{stages: [prod], change_types: [rollback]}", {}, False),
    ],
)
def test_a_check_applies_where_every_key_has_one_that_fits(applies_to: str, change: dict, applies: bool) -> None:
    policy = load((SMALL + f"    applies_to: {applies_to}\n").encode(), "p").policy
    assert policy is not None
    assert bool(policy.applicable("hub", "prod", **change)) is applies


def test_kinds_have_the_defaults_of_what_they_ask() -> None:
    policy = load(EXAMPLE, "p").policy
    assert policy is not None
    by_id = {check.id: check for check in policy.checks}
    assert (by_id["staging-online"].fail_after, by_id["staging-online"].pass_after) == (3, 2)
    assert (by_id["lab-hours"].fail_after, by_id["lab-hours"].pass_after) == (1, 1)
    assert by_id["admins-acknowledged"].grace.days == 7
    assert by_id["soak"].enforcement is Enforcement.SOFT


@pytest.mark.parametrize(
    ("entry", "key", "words"),
    [
        ("A1 Admins read", "A1", "Admins read"),
        ("A12", "A12", ""),
        ("A12: Block merges", "A12", "Block merges"),
        ("A3 – Show it", "A3", "Show it"),
    ],
)
def test_what_is_proven_is_a_key_and_words_of_the_item(entry: str, key: str, words: str) -> None:
    assert (key_of(entry), words_of(entry)) == (key, words)


YAML_BITS = st.sampled_from(
    [b"a: ", b"- ", b"\n", b"  ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!int ", b"| ", b"'", b'"', b"? ", b"\t", b"#",
     b"checks:\n", b"kind: http\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"0x1", b".inf", b"1e999", b"<<: ", b"%YAML 1.1\n",
     b"---\n", b"9" * 5000, b'"\\ud800"', b"2018-13-45", b"rrule: FREQ=", b"{{ stage.url }}"]
)  # fmt: skip


@given(st.binary(max_size=200) | st.lists(YAML_BITS, max_size=30).map(b"".join))
def test_no_bytes_make_loading_raise(data: bytes) -> None:
    loaded = load(data, "p.yaml")
    assert (loaded.policy is None) is bool(loaded.errors)
    assert all(problem.message for problem in loaded.problems)


@given(st.data())
def test_no_change_of_a_good_policy_makes_loading_raise(data: st.DataObject) -> None:
    lines = EXAMPLE.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        do = data.draw(st.sampled_from(["drop", "twice", "indent", "value", "bits"]))
        line = lines[at]
        key, colon, _ = line.partition(b":")
        lines[at] = {
            "drop": b"",
            "twice": line + line,
            "indent": b"  " + line,
            "value": key + colon + b" " + data.draw(YAML_BITS) + b"\n" if colon else line,
            "bits": data.draw(YAML_BITS) + line,
        }[do]
    loaded = load(b"".join(lines), "p.yaml")
    assert (loaded.policy is None) is bool(loaded.errors)

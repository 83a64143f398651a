"""JUnit XML: what most CIs show as tests. Suite “gate D/S”; waived and skipped checks are skipped tests with the reason."""

import re
from typing import TYPE_CHECKING

from tracker.domain.policy import Outcome, Verdict
from tracker.policy.banner import word_for
from tracker.policy.outputs import Report
from tracker.policy.plain_text import one_line
from tracker.policy.values import Result

if TYPE_CHECKING:
    from junitparser import TestCase

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 Characters


def junit(report: Report) -> bytes:
    """The whole file."""
    from junitparser import JUnitXml, TestSuite

    suite = TestSuite(f"gate {report.heading.where}")
    suite.timestamp = report.at.strftime("%Y-%m-%dT%H:%M:%S")
    suite.add_property("headline", xml_text(report.headline))
    suite.add_property("verdict", report.verdict.value)
    suite.add_property("because", xml_text(report.decision.because))
    for result in report.decision.results:
        suite.add_testcase(_case(report, result))
    if not report.decision.blocking and not report.verdict.lets_through:
        suite.add_testcase(_verdict(report))
    whole = JUnitXml()
    whole.add_testsuite(suite)
    written: bytes = whole.tostring()  # type: ignore[no-untyped-call]
    return written


def xml_text(text: str) -> str:
    """One line of what XML can hold at all."""
    return NOT_XML.sub("", one_line(text, 1000))


def _case(report: Report, result: Result) -> "TestCase":
    from junitparser import Error, Failure, Skipped, TestCase

    case = TestCase(result.check, classname=report.heading.where, time=round(result.took.total_seconds(), 3))
    word, said = word_for(result), xml_text(result.summary)
    if word == "FAIL":
        case.result = [Failure(said, "fail")]
    elif word == "ERROR":
        case.result = [Error(said, "error")]
    elif word != "PASS":  # skipped, waived, warned: nothing that stands in the way
        why = f"{word}: {said}" + (f" ({xml_text(result.waived)})" if result.waived else "")
        case.result = [Skipped(why)]
    lines = [xml_text(result.title)] + ([f"fix: {xml_text(result.fix)}"] if result.fix else [])
    if result.outcome is not Outcome.PASS and result.fix:
        case.system_out = "\n".join(lines)
    return case


def _verdict(report: Report) -> "TestCase":
    """A gate may be shut though no check blocks: nothing judged, this is no rollback, the tracker was away. A file without
    a red test is green in every CI."""
    from junitparser import Error, Failure, TestCase

    case = TestCase("verdict", classname=report.heading.where, time=0)
    because = xml_text(report.decision.because)
    case.result = [Error(because, "error") if report.verdict is Verdict.UNDECIDED else Failure(because, "fail")]
    return case

"""What a person sees in a terminal."""

from __future__ import annotations

from dara_lint.facts import replace
from dara_lint.finding import Headline, Report, RepositoryReport, Skipped
from dara_lint.reports import FORMATS, View
from dara_lint.reports.paint import width
from tests.reports.sample_report import BAD, COUNT, HONEST, REPORT, finding


def render(report: Report, **view: bool | int) -> str:
    """The report as text."""
    return FORMATS["text"](report, View(**view))  # type: ignore[arg-type]  # fields by name


def test_the_first_line_sets_name_claims_and_evidence_side_by_side() -> None:
    first = render(Report((HONEST,)), width=140).splitlines()[0]
    assert first == (
        "acme/bert-7b-v2   named bert · 7 B   config bert · 0.11 B   weights llama, mistral or gemma · 1.10 B · bf16"
    )


def test_places_can_be_clicked_from_where_the_command_ran() -> None:
    repo = RepositoryReport("models/a", "a", (finding(COUNT, "m", "config.json", 3, 5),))
    assert "  models/a/config.json:3:5  error    architecture/parameter-count\n" in render(Report((repo,)))


def test_the_marker_stands_under_its_columns() -> None:
    lines = render(Report((HONEST,))).splitlines()
    shown = next(index for index, line in enumerate(lines) if '"model_type"' in line)
    assert lines[shown].index('"bert"') == lines[shown + 1].index("^^^^^^")


def test_lines_fit() -> None:
    plain = Report((replace(HONEST, name="x"),))
    for cells in (60, 80, 100):
        assert max(width(line) for line in render(plain, width=cells).splitlines()) <= cells


def test_a_clean_repository_gets_one_friendly_line() -> None:
    assert render(Report((RepositoryReport(".", "a/b"),), seconds=0.5)).endswith(
        "\nnothing to report in 1 repository, 0.50 s\n"
    )


def test_what_was_not_checked_is_said_once_per_reason() -> None:
    skipped = tuple(Skipped(f"a/{number}", "x", "weights are pointers") for number in range(9))
    output = render(Report((RepositoryReport(".", "a/b", skipped=skipped),)))
    assert output.count("weights are pointers: 9 checks skipped\n") == 1
    assert "nothing to report in 1 repository, as far as could be checked, " in output


def test_many_reasons_are_counted() -> None:
    skipped = tuple(Skipped("a/b", "x", f"reason {number:02}") for number in range(11))
    output = render(Report((RepositoryReport(".", "a/b", skipped=skipped),)))
    assert "reason 07: 1 check skipped\nand 3 more reasons for skipped checks\n" in output


def test_many_clean_repositories_are_not_listed() -> None:
    clean = [RepositoryReport(f"m/{number:02}", f"model-{number:02}") for number in range(11)]
    assert "model-03" not in render(Report(tuple(clean)))
    assert "model-03" in render(Report(tuple(clean[:10])))


def test_quiet_says_findings_only() -> None:
    assert render(Report((RepositoryReport(".", "a/b", headline=Headline("x")),)), quiet=True) == ""
    output = render(REPORT, quiet=True)
    assert "acme/bert-7b-v2\n" not in output
    assert output.count("architecture/parameter-count") == 2
    assert "suppressed" not in output


def test_colour_only_when_asked_for() -> None:
    assert "\x1b" not in render(Report((HONEST, BAD)))
    assert "\x1b[1;31merror" in render(Report((HONEST,)), color=True)


def test_a_long_path_does_not_push_the_others_out_of_a_narrow_terminal() -> None:
    long = finding(COUNT, "m", "model-00001-of-00002.safetensors-and-some-more", 3, 5)
    repo = RepositoryReport(".", "a", (finding(COUNT, "m", "config.json", 3, 5), long))
    lines = render(Report((repo,)), width=80).splitlines()
    first = next(line for line in lines if line.startswith("  config.json:3:5 "))
    assert width(first) <= 80

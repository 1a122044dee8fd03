"""A job summary shows a repository's text as text, and never grows over what GitHub takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dara_lint.facts import replace
from dara_lint.finding import Headline, Report, RepositoryReport, Skipped
from dara_lint.model import Location
from dara_lint.reports import FORMATS, View, markdown
from tests.reports.sample_report import COUNT, HOSTILE, finding

OURS = {"h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "i", "ul", "li", "details"}
OURS |= {"summary", "blockquote"}
GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def report_of(text: str) -> Report:
    """A report in which every field that a repository can fill holds ``text``."""
    found = finding(COUNT, text, text, 1, 2, 4, text, source=text, help=text, related=(Location(text, text),))
    repo = RepositoryReport(text, text, (found,), (Skipped("a/b", text, text),), 0, Headline(text, text, text))
    return Report((repo,), "0.1.0", 0.0, (text,))


def html(report: Report) -> str:
    """The report as a browser gets it."""
    return str(GFM.render(FORMATS["markdown"](report, View())))


ACTIVE = st.lists(st.sampled_from("`*_[]()<>!|\\#~$-+=1.)\n @:/w&;"), min_size=1, max_size=20).map("".join)


@settings(deadline=None, max_examples=150)
@given(text=st.text(min_size=1, max_size=60) | ACTIVE)
@example(HOSTILE)
@example("- [ ] # x")
@example("1) x")
@example("    ")
@example("<https://example.org>")
@example("![x](y)")
@example("```\nx")
@example("<details open>")
@example("&lt;b&gt;")
def test_only_our_own_markup(text: str) -> None:
    page = html(report_of(text))
    assert set(re.findall(r"</?([a-z][a-z0-9]*)", page)) <= OURS
    assert page.count("<tr>") == 4  # two tables, a row each
    assert page.count("<td>") == 7
    assert len(re.findall(r"<h\d>", page)) == 2
    assert page.count("<li>") == 1


@pytest.mark.parametrize(
    "text",
    ["@octocat", "https://example.org", "www.example.org", "me@example.org", "#12", "a/b#12", "0123456789abcdef" * 2],
)
def test_no_words_that_github_links(text: str) -> None:
    assert text not in html(report_of(text))
    seen = re.sub(r"<!--.*?-->", "", html(report_of(text)))
    assert text in seen  # but a reader sees the same


@pytest.mark.parametrize("text", ["a | b", "`x`", "<b>", "*x*", "$x$", "&amp;", "~~x~~", "a\\|b"])
def test_a_reader_sees_what_was_written(text: str) -> None:
    from html import unescape

    assert text in unescape(html(report_of(text)))


def test_it_is_cut_below_the_limit_and_says_so() -> None:
    found = finding(COUNT, "你" * 900, "config.json")
    repo = RepositoryReport(".", "x", tuple(replace(found, line=line) for line in range(1, 3_001)))
    output = FORMATS["markdown"](Report((repo,)), View())
    assert markdown.LIMIT - 10_000 < len(output.encode()) <= markdown.LIMIT < 1_048_576
    rows = output.count("| 🛑 error |")
    assert f"{3_000 - rows:,} findings more in the log of this step" in output.splitlines()[-1]


def test_a_clean_run_is_short() -> None:
    output = FORMATS["markdown"](Report((RepositoryReport(".", "x"), RepositoryReport("b", "y"))), View())
    assert output == "## dara-lint\n\n**Nothing to report** in 2 repositories\n"

"""The documentation says what is: generated parts are current, nothing is left out, links lead somewhere."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from advisor.corpus.glossary import Term
from advisor.corpus.models import DocumentHead, Source, Strict
from advisor.corpus.records import Award, Permit, Place, Program, Route, State
from advisor.corpus.refusals import Reason, Referral, Refusals
from advisor.settings import PREFIX, Settings
from advisor.telegram.texts import COMMANDS
from tests.generate_docs import DOCS, commands, outdated

ROOT = DOCS.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "corpus/README.md", "deploy/README.md")),
    *sorted(DOCS.rglob("*.md")),
]
ADRS = sorted((DOCS / "adr").glob("*.md"))

_FENCE = re.compile(r"^(```|~~~).*?^\1$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its code, in which a link is only an example."""
    return re.sub(r"`[^`\n]+`", "code", _FENCE.sub("", read(page)))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", read(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tracked() -> list[Path]:
    """Every text file that is or will be in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_generated_parts_are_current() -> None:
    assert list(outdated()) == []  # `make docs` writes them again


def test_every_setting_is_documented() -> None:
    page = read(DOCS / "settings.md")
    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_command_and_option_is_told_and_documented() -> None:
    page = read(DOCS / "commands.md")
    found = {context.command_path: command for command, context in commands()}
    assert {"advisor", "advisor ask", "advisor bot", "advisor index build", "advisor official fetch"} <= found.keys()
    assert [path for path in found if f"### `{path}`" not in page] == []
    assert [path for path, command in found.items() if not command.help] == []
    assert [(path, each.name) for path, command in found.items() for each in command.params if not each.help] == []


def test_every_bot_command_is_documented() -> None:
    page = read(DOCS / "commands.md")
    assert [name for name, _ in COMMANDS if f"| `/{name}` |" not in page] == []


@pytest.mark.parametrize(
    "model",
    [Source, DocumentHead, State, Program, Award, Permit, Route, Place, Term, Referral, Refusals],
    ids=lambda model: model.__name__,
)
def test_every_field_of_the_corpus_is_documented(model: type[Strict]) -> None:
    page = read(ROOT / "corpus" / "README.md")
    fields = model.model_fields.keys() - {"path"}  # where a file stands is not written into it
    assert [name for name in sorted(fields) if not re.search(rf"`{name}`|\b{name}:", page)] == []


def test_every_reason_for_declining_is_in_the_glossary() -> None:
    page = read(DOCS / "glossary.md")
    assert [reason.value for reason in Reason if f"`{reason.value}`" not in page] == []


def test_every_log_event_is_documented() -> None:
    page = read(DOCS / "operations.md")
    events = {
        node.args[0].value
        for path in (ROOT / "advisor").rglob("*.py")
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and node.func.attr in {"info", "warning", "error"}
        and isinstance(node.args[0], ast.Constant)
    }
    assert "serving" in events
    assert sorted(event for event in events if f"| `{event}` |" not in page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"(?:^|`|\$ )make ([a-z]+)", read(page), re.MULTILINE)}
    assert {"ask", "test", "bot", "rebuild", "emulator"} <= named
    assert named <= targets


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in ADRS] == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("page", ADRS, ids=lambda page: page.stem)
def test_a_decision_has_its_parts(page: Path) -> None:
    text = read(page)
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.search(r"^- Date: 20\d\d-\d\d-\d\d$", text, re.MULTILINE)
    assert re.search(r"^- Status: (?:accepted|superseded by \[.+\]\(.+\))$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.split()) < 700  # one page


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.:/~-])/(?:work|tmp|root|Users|home/[a-z]+)/[\w.]")
    assert [str(path.relative_to(ROOT)) for path in tracked() if place.search(path.read_text(errors="replace"))] == []


def test_no_file_names_the_host_of_a_registry() -> None:
    host = re.compile(r"\b(?:py(?:pi|thonhosted)\.org|download\.pytorch\.org|registry\.npmjs|deb\.debian)\b")
    assert [str(path.relative_to(ROOT)) for path in tracked() if host.search(path.read_text(errors="replace"))] == []


def test_the_changelog_has_the_version() -> None:
    from advisor import __version__

    headings = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert __version__ in {version for version, date in headings if date}

"""What does not fit: "more" in helpings, and messages that are cut between statements."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from advisor.index import Encoder, build_index
from advisor.rebuild import read_input
from advisor.settings import Settings
from tests.e2e.conftest import serving
from tests.e2e.documents import BICYCLE, long_document
from tests.e2e.emulator import AdminClient, EmulatorServer
from tests.e2e.person import PATIENCE, Json, Person, answered_message, links
from tests.e2e.process import BotProcess

TOKEN = "6999999998:AAEtoken-of-the-bot-with-long-answers"
STANDS = [str(number) for number in range(1, 51)]


@pytest.fixture(scope="module")
def account(
    emulator: EmulatorServer,
    models_dir: Path,
    small_index_dir: Path,
    small_corpus: Path,
    encoder: Encoder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The token of a bot whose corpus has the long document too."""
    folder = tmp_path_factory.mktemp("long")
    corpus, index = folder / "corpus", folder / "index"
    shutil.copytree(small_corpus, corpus)
    shutil.copytree(small_index_dir, index)
    (corpus / "parking.md").write_text(long_document(len(STANDS)), encoding="utf-8")
    build_index(read_input(Settings(corpus_dir=corpus)), encoder, index)
    process = BotProcess.prepare(folder / "bot", models_dir, index, corpus, TOKEN, emulator.url)
    with serving(process, emulator.url, TOKEN):
        yield TOKEN


@pytest_asyncio.fixture
async def reader(emulator: EmulatorServer, account: str) -> AsyncIterator[Person]:
    """Somebody who talks to that bot."""
    async with AdminClient(emulator.url, account) as client:
        yield await Person.arrive(client)


def stands(*messages: Json) -> list[str]:
    """The numbers of the stands that messages name, in order."""
    lines = [line for message in messages for line in message["text"].split("\n")]
    return [line.split()[2] for line in lines if line.startswith("• Stand")]


def buttons(message: Json) -> list[str]:
    """The words on the buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_more_shows_helping_after_helping_what_the_answer_left_out(reader: Person) -> None:
    assert "nothing more" in (await reader.ask("/more"))["text"]
    helpings = [await reader.ask(BICYCLE)]
    while "More" in buttons(helpings[-1]):
        helpings.append(await reader.press(helpings[-1], text="More"))
    assert len(helpings) > 1
    assert sorted(stands(*helpings), key=int) == STANDS
    assert all(links(helping) for helping in helpings)
    assert stands(await reader.ask("/more")) == stands(helpings[1])


async def test_an_old_button_is_answered_though_its_answer_is_gone(reader: Person) -> None:
    answer = await reader.ask(BICYCLE)
    await reader.ask("/forget")
    assert "no longer kept" in (await reader.press(answer, text="More"))["text"]


async def test_a_longer_answer_is_cut_between_statements(reader: Person) -> None:
    await reader.platform.say(reader.id, "/start observership_conduct")
    _, topic = await reader.platform.wait_messages(reader.id, 2, within=PATIENCE)
    [title] = [button for button in buttons(topic) if "bicycle" in button]
    after = await reader.platform.last_event()
    await reader.platform.press(topic, reader.id, text=title)
    pages = await reader.platform.wait_messages(reader.id, 2, after=after, within=PATIENCE)
    assert len(pages) == 2
    assert pages[0]["text"].startswith("Where may an observer park a bicycle?\n• Stand 1")
    assert stands(*pages) == STANDS
    whole = [line for page in pages for line in page["text"].split("\n") if line.startswith("• Stand")]
    assert all(line.endswith("looks after it. [1]") for line in whole)
    assert [answered_message(page) for page in pages] == [topic["message_id"], None]

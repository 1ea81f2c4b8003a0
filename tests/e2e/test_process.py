"""The process: how it starts, what it writes, how it ends, and what a sudden death costs."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.index import Encoder, build_index
from advisor.rebuild import read_input
from advisor.settings import Settings
from tests.e2e.documents import BICYCLE, long_document
from tests.e2e.emulator import AdminClient
from tests.e2e.person import PATIENCE, Person, answered_message
from tests.e2e.process import BotProcess

HANDS_ON = "can i examine patients during an observership on a B-1 visa"
STAY = "how long can a J-1 short-term scholar stay"
ASKS = (HANDS_ON, STAY, "which vaccines do i need for an observership", "/help", "how much is the B-1 visa fee")


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "ADVISOR_TELEGRAM_TOKEN is not set"),
        ("../secret token?", "ADVISOR_TELEGRAM_TOKEN has not the shape of a token"),
        ("7123456789:AAF-a-token-that-nobody-knows-0123", "Telegram refuses the token"),
    ],
    ids=["missing", "malformed", "refused"],
)
async def test_a_useless_token_ends_in_one_line(bot: Callable[..., BotProcess], token: str | None, said: str) -> None:
    process = bot(token=token or "")
    if token is None:
        process.settings.pop("ADVISOR_TELEGRAM_TOKEN")
    process.start()
    assert await asyncio.to_thread(process.wait) == 2
    assert process.log.startswith(f"advisor: {said}")
    assert process.log.count("\n") == 1
    assert not token or token not in process.log


async def test_a_token_that_is_withdrawn_ends_the_process(
    telegram: AdminClient, bot: Callable[..., BotProcess]
) -> None:
    process = bot(telegram_poll_seconds=1)
    process.start()
    await telegram.wait_calls("getUpdates", within=PATIENCE)
    await telegram.remove_bot()
    assert await asyncio.to_thread(process.wait) == 2
    assert process.log.splitlines()[-1].startswith("advisor: Telegram refuses the token")
    assert "Traceback" not in process.log
    await telegram.create_bot()


async def test_trouble_at_the_start_is_waited_out(telegram: AdminClient, bot: Callable[..., BotProcess]) -> None:
    for fault in ({"kind": "status"}, {"kind": "too_many_requests"}):
        await telegram.add_fault(method="getMe", **fault)
    await telegram.add_fault("status", method="setMy*", count=3)
    person = await Person.arrive(telegram)
    process = bot()
    process.start()
    assert "six months" in (await person.ask(STAY))["text"]
    assert process.stop() == 0
    assert "Traceback" not in process.log


async def test_neither_words_nor_token_are_logged(telegram: AdminClient, bot: Callable[..., BotProcess]) -> None:
    token = "7234567890:AAH-a-realistic-token-of-35-letters"
    async with AdminClient(telegram.url, token) as account:
        await account.create_bot()
        person = await Person.arrive(account)
        process = bot(token=token, log_level="DEBUG", log_format="console")
        process.start()
        await account.wait_calls("getUpdates", within=PATIENCE)
        for method in ("getUpdates", "sendMessage"):
            await account.add_fault("broken_json", method=method)
            await account.add_fault("status", method=method, status=502)
        await account.say(person.id, f"{STAY}, asks Zebulon")
        await account.say(person.id, "my mother has a rash on her arm, what is it, asks Zebulon")
        await account.say(person.id, "/start Zebulon")
        await account.inject("message", {"message_id": 1, "chat": {"id": person.id}, "text": "Zebulon", "date": "x"})
        answer = (await account.wait_messages(person.id, 3, within=PATIENCE))[-1]
        await account.press(answer, person.id, data="more:Zebulon:0", force=True)
        await account.wait_messages(person.id, 4, within=PATIENCE)
        assert process.stop() == 0
        await account.remove_bot()
    assert "handler_failed" in process.log
    assert "poll_failed" in process.log
    log = process.log.casefold()
    assert not any(word in log for word in ("zebulon", "six months", "rash", token.casefold(), "traceback"))


async def test_sigterm_ends_it_cleanly_and_nothing_comes_twice(
    telegram: AdminClient, bot: Callable[..., BotProcess]
) -> None:
    people = [await Person.arrive(telegram) for _ in range(4)]
    asked = {person: [(await telegram.say(person.id, ask))["message_id"] for ask in ASKS] for person in people}
    process = bot()
    process.start()
    await telegram.wait_events("message", 2, within=PATIENCE)
    assert await asyncio.to_thread(process.stop) == 0
    assert "Traceback" not in process.log
    process.start()
    for person, questions in asked.items():
        sent = await telegram.wait_messages(person.id, len(ASKS), within=PATIENCE)
        assert [answered_message(reply) for reply in sent] == questions


async def test_sigkill_loses_no_question_and_repeats_few(telegram: AdminClient, bot: Callable[..., BotProcess]) -> None:
    kills = 5
    people = [await Person.arrive(telegram) for _ in range(12)]
    # Sending takes a moment, so that every kill hits questions on their way and answers that are sent but not marked.
    await telegram.add_fault("delay", method="sendMessage", seconds=0.15, after=True, count=100_000)
    process = bot()
    process.start()
    asked = await _post(people, 50)
    for kill in range(kills):
        await telegram.wait_events("message", 1 + 9 * kill, within=PATIENCE)
        asked += await _post(people, 2)  # these may be on their way in
        process.kill()
        process.start()
    await telegram.clear_faults()
    answered = await _answers(telegram, len(asked))
    while missing := set(asked) - answered.keys():
        answered = await _answers(telegram, answered.total() + 1)
    assert not missing
    assert process.stop() == 0
    answered = await _answers(telegram, 0)
    assert set(answered) == set(asked)
    assert max(answered.values()) <= 1 + kills
    assert "Traceback" not in process.log


async def _post(people: list[Person], count: int) -> list[tuple[int, int]]:
    """Let people ask in turn; gives (chat, message id) of each question."""
    posted = []
    for number in range(count):
        person = people[number % len(people)]
        message = await person.platform.say(person.id, ASKS[number % len(ASKS)])
        posted.append((person.id, message["message_id"]))
    return posted


async def _answers(telegram: AdminClient, count: int) -> Counter[tuple[int, int]]:
    """How often each message (chat, message id) was replied to, once there are at least `count` replies."""
    events = await telegram.wait_events("message", count, within=PATIENCE)
    return Counter((event["chat_id"], answered_message(event["message"]) or 0) for event in events)


async def test_a_new_build_is_taken_up_between_two_questions(
    telegram: AdminClient, bot: Callable[..., BotProcess], small_corpus: Path, encoder: Encoder, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(small_corpus, corpus)
    process = bot(corpus=corpus, index_check_seconds=0.05)
    process.start()
    people = [await Person.arrive(telegram) for _ in range(3)]
    (corpus / "parking.md").write_text(long_document(statements=3), encoding="utf-8")
    source = read_input(Settings(corpus_dir=corpus))
    build = asyncio.create_task(asyncio.to_thread(build_index, source, encoder, process.folder / "index"))
    while not build.done():
        for person in people:
            assert "six months" in (await person.ask(STAY))["text"]
    manifest = await build
    reader = people[0]
    while "bicycle" not in (await reader.ask(BICYCLE))["text"]:
        assert "index_not_switched" not in process.log
    assert manifest.build in process.log
    for person in people:
        replies = [answered_message(reply) for reply in await person.replies()]
        assert len(replies) == len(set(replies))
    assert process.stop() == 0
    assert "Traceback" not in process.log

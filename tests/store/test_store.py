"""The database, on a real file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from advisor.errors import StoreError
from advisor.store import Outgoing, Store, Turn
from advisor.store.database import open_database
from advisor.store.tables import messages, metadata, now, sessions, turns, updates

ANN, BEN = 11, 12
GROUP = -100


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'advisor.db'}"


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await Store.open(url)
    yield store
    await store.close()


def say(words: str) -> Outgoing:
    """A message to send."""
    return Outgoing("sendMessage", {"text": words})


def turn(chat_id: int, user_id: int, message_id: int, question: str = "question") -> Turn:
    """A question and its answer."""
    return Turn(
        chat_id=chat_id,
        user_id=user_id,
        message_id=message_id,
        question=question,
        answer={"words": f"answer to {question}"},
        status="answered",
        build="b",
    )


async def ask(store: Store, update_id: int, chat_id: int, user_id: int, question: str) -> None:
    """Receive a question and answer it."""
    await store.receive([(update_id, chat_id, {"update_id": update_id, "text": question})])
    await store.finish(update_id, chat_id, [say(f"answer to {question}")], turn(chat_id, user_id, update_id, question))


async def send_all(store: Store) -> None:
    """Mark everything as sent."""
    for message in await store.unsent():
        await store.sent(message.id, message.id)


async def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    """All rows of a table."""
    async with store._engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def test_what_was_received_is_undone_until_it_is_finished(store: Store) -> None:
    assert await store.receive([(2, ANN, {"update_id": 2}), (1, BEN, {"update_id": 1})]) == [2, 1]
    assert [(row["update_id"], row["chat_id"], row["raw"]) for row in await store.undone()] == [
        (1, BEN, {"update_id": 1}),
        (2, ANN, {"update_id": 2}),
    ]
    await store.finish(1, BEN, [])
    assert [row["update_id"] for row in await store.undone()] == [2]
    assert await store.counts() == {"updates": 1, "messages": 0}


async def test_an_update_is_kept_once(store: Store) -> None:
    assert await store.receive([(1, ANN, {"first": True})]) == [1]
    assert await store.receive([(1, ANN, {"first": False}), (2, ANN, {})]) == [2]
    assert [row["raw"] for row in await store.undone()] == [{"first": True}, {}]


async def test_a_batch_is_kept_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(SQLAlchemyError):
        await store.receive([(1, ANN, {}), (2, ANN, {"a set is no JSON": {1}})])
    assert await store.undone() == []


async def test_a_reply_is_committed_together_with_the_end_of_its_update(store: Store) -> None:
    await store.receive([(1, ANN, {})])
    with pytest.raises(SQLAlchemyError):
        await store.finish(1, ANN, [say("first"), Outgoing("sendMessage", {"text": {1}})])
    assert await store.unsent() == []
    assert [row["update_id"] for row in await store.undone()] == [1]


async def test_an_update_is_finished_once(store: Store) -> None:
    await store.receive([(1, ANN, {})])
    await asyncio.gather(*(store.finish(1, ANN, [say("only")]) for _ in range(3)))
    assert [message.payload for message in await store.unsent()] == [{"text": "only"}]


async def test_the_outbox_keeps_the_order_and_lets_go_of_what_was_sent_or_given_up(store: Store) -> None:
    await store.receive([(1, ANN, {}), (2, BEN, {})])
    await store.finish(1, ANN, [say("a"), say("b"), say("c")])
    await store.finish(2, BEN, [say("d")])
    first, second, third, other = await store.unsent()
    assert [message.payload["text"] for message in (first, second, third, other)] == ["a", "b", "c", "d"]
    assert [message.chat_id for message in await store.unsent(BEN)] == [BEN]
    await store.sent(first.id, 500)
    await store.gave_up(second.id, "why" * 100)
    assert await store.unsent(ANN) == [third]
    assert await store.counts() == {"updates": 0, "messages": 2}
    kept = await rows(store, messages)
    assert [row["message_id"] for row in kept] == [500, None, None, None]
    assert len(kept[1]["failed"]) == 200


async def test_everything_is_still_there_after_a_restart(store: Store, url: str) -> None:
    await store.receive([(1, ANN, {}), (2, ANN, {})])
    await store.finish(1, ANN, [say("a")])
    again = await Store.open(url)
    assert [row["update_id"] for row in await again.undone()] == [2]
    assert [message.payload for message in await again.unsent()] == [{"text": "a"}]
    await again.close()


async def test_turns_are_found_by_person_newest_first_and_by_message(store: Store) -> None:
    for update_id, user, question in ((1, ANN, "one"), (2, BEN, "two"), (3, ANN, "three")):
        await ask(store, update_id, GROUP, user, question)
    assert [found.question for found in await store.last_turns(GROUP, ANN, 5)] == ["three", "one"]
    assert [found.question for found in await store.last_turns(GROUP, BEN)] == ["two"]
    assert [found.question for found in await store.last_turns(GROUP, None, 2)] == ["three", "two"]
    assert await store.last_turns(ANN, ANN) == []
    found = await store.turn_of(GROUP, 2)
    assert found is not None
    assert found.answer == {"words": "answer to two"}
    assert await store.turn_of(ANN, 2) is None


async def test_a_person_is_greeted_once_in_each_chat(store: Store) -> None:
    assert [await store.greet(*who) for who in ((ANN, ANN), (ANN, ANN), (GROUP, ANN), (GROUP, BEN))] == [
        True,
        False,
        True,
        True,
    ]


async def written(store: Store) -> set[str]:
    """Every word that people wrote or were told and that is still in the database."""
    found: list[object] = []
    found += [row["raw"] for row in await rows(store, updates)]
    found += [row["payload"] for row in await rows(store, messages)]
    found += [value for row in await rows(store, turns) for value in (row["question"], row["answer"])]
    return {word for value in found if value is not None for word in str(value).split("'") if word.startswith("word")}


async def test_forget_leaves_no_word_of_a_private_chat(store: Store) -> None:
    await ask(store, 1, ANN, ANN, "word-question")
    await store.receive([(2, ANN, {"text": "word-command"}), (3, BEN, {"text": "word-of-ben"})])
    await store.finish(2, ANN, [say("word-more")])
    await store.finish(3, BEN, [say("word-to-ben")])
    await send_all(store)
    await store.greet(ANN, ANN)
    await store.forget(ANN, ANN)
    assert await written(store) == {"word-of-ben", "word-to-ben"}
    assert await store.last_turns(ANN, ANN) == []
    assert await store.greet(ANN, ANN)


async def test_forget_in_a_group_is_for_one_person(store: Store) -> None:
    await ask(store, 1, GROUP, ANN, "word-of-ann")
    await ask(store, 2, GROUP, BEN, "word-of-ben")
    await send_all(store)
    await store.forget(GROUP, ANN)
    assert "word-of-ann" not in await written(store)
    assert "word-of-ben" in await written(store)


async def test_forget_loses_no_work(store: Store) -> None:
    await ask(store, 1, ANN, ANN, "question")
    await store.receive([(2, ANN, {"text": "next"})])
    await store.forget(ANN, ANN)
    assert [message.payload for message in await store.unsent()] == [{"text": "answer to question"}]
    assert [row["raw"] for row in await store.undone()] == [{"text": "next"}]


async def test_words_expire_but_not_before_they_are_dealt_with(store: Store) -> None:
    await ask(store, 1, ANN, ANN, "word-sent")
    await send_all(store)
    await ask(store, 2, ANN, ANN, "word-blocked")
    [blocked] = await store.unsent()
    await store.gave_up(blocked.id, "blocked by the user")
    await store.greet(ANN, ANN)
    await store.expire(30, now() + timedelta(days=29))
    assert {"word-sent", "word-blocked"} <= await written(store)
    await store.receive([(3, ANN, {"text": "word-undone"}), (4, ANN, {})])
    await store.finish(4, ANN, [say("word-unsent")])
    await store.expire(30, now() + timedelta(days=31))
    assert await written(store) == {"word-undone", "word-unsent"}
    assert await store.last_turns(ANN, ANN) == []
    assert [row["status"] for row in await rows(store, turns)] == ["answered", "answered"]
    assert await rows(store, sessions) == []


async def test_what_is_emptied_is_null(store: Store) -> None:
    await ask(store, 1, ANN, ANN, "question")
    await send_all(store)
    await store.expire(1, now() + timedelta(days=2))
    async with store._engine.connect() as connection:
        for column in (updates.c.raw, messages.c.payload, turns.c.question, turns.c.answer):
            assert (await connection.execute(select(func.count()).where(column.is_(None)))).scalar_one() == 1


async def test_the_migrations_make_the_tables_that_the_code_speaks_of(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_commit_is_on_the_disk(store: Store) -> None:
    async with store._engine.connect() as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


async def test_many_at_once_wait_for_each_other(store: Store) -> None:
    await asyncio.gather(*(ask(store, number, ANN, ANN, str(number)) for number in range(40)))
    assert await store.counts() == {"updates": 0, "messages": 40}


async def test_a_database_that_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot open the database"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'advisor.db'}")
    (tmp_path / "noise.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="ADVISOR_DATA_DIR"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'noise.db'}")


async def test_an_error_does_not_repeat_what_people_wrote(url: str) -> None:
    engine = await open_database(url)
    async with engine.connect() as connection:
        with pytest.raises(SQLAlchemyError) as caught:
            await connection.execute(text("SELECT * FROM nowhere WHERE question = :words"), {"words": "secret words"})
    assert "secret words" not in str(caught.value)
    await engine.dispose()

"""getUpdates: offsets, limits, waiting, conflicts, kinds."""

import asyncio

import httpx
import pytest

from tests.e2e.emulator import AdminClient

from .conftest import BotApi


async def say(telegram: AdminClient, *texts: str) -> int:
    user = await telegram.add_user()
    for text in texts:
        await telegram.say(user["id"], text)
    return int(user["id"])


async def texts(api: BotApi, **params: object) -> list[str]:
    return [update["message"]["text"] for update in await api.ok("getUpdates", **params)]


async def test_updates_stay_until_a_higher_offset_confirms_them(telegram: AdminClient, api: BotApi) -> None:
    await say(telegram, "one", "two", "three")

    first = await api.ok("getUpdates")
    again = await api.ok("getUpdates")
    rest = await api.ok("getUpdates", offset=first[0]["update_id"] + 1)

    assert again == first
    assert [update["update_id"] - first[0]["update_id"] for update in first] == [0, 1, 2]
    assert rest == first[1:]
    assert [update["update_id"] for update in await telegram.pending()] == [u["update_id"] for u in rest]


async def test_limit_hands_out_the_oldest(telegram: AdminClient, api: BotApi) -> None:
    await say(telegram, "one", "two", "three")

    assert await texts(api, limit=2) == ["one", "two"]
    assert len(await telegram.pending()) == 3


async def test_a_negative_offset_forgets_all_but_the_last(telegram: AdminClient, api: BotApi) -> None:
    await say(telegram, "one", "two", "three")

    assert await texts(api, offset=-1) == ["three"]
    assert await texts(api) == ["three"]


async def test_an_offset_far_ahead_confirms_nothing(telegram: AdminClient, api: BotApi) -> None:
    await say(telegram, "one")
    [update] = await telegram.pending()

    assert await texts(api, offset=update["update_id"] + 1_000_000) == ["one"]


async def test_renumbering_goes_down_as_well(telegram: AdminClient, api: BotApi) -> None:
    user_id = await say(telegram, "one")
    [update] = await telegram.pending()
    await api.ok("getUpdates", offset=update["update_id"] + 1)

    await telegram.renumber_updates(1000)
    await telegram.say(user_id, "two")

    # The offset of the old numbering must not confirm what it has never seen.
    [new] = await api.ok("getUpdates", offset=update["update_id"] + 1)
    assert new["update_id"] == 1000


async def test_a_long_poll_waits_for_the_next_update(telegram: AdminClient, api: BotApi) -> None:
    user_id = await say(telegram)
    poll = asyncio.create_task(api.ok("getUpdates", timeout=20))
    await telegram.wait_calls("getUpdates")

    await telegram.say(user_id, "hello")

    [update] = await poll
    assert update["message"]["text"] == "hello"


async def test_a_long_poll_ends_empty_when_its_time_is_up(api: BotApi) -> None:
    assert await api.ok("getUpdates", timeout=1) == []


async def test_a_second_long_poll_ends_the_first_with_conflict(telegram: AdminClient, api: BotApi) -> None:
    user_id = await say(telegram)
    first = asyncio.create_task(api.refused("getUpdates", timeout=20))
    await telegram.wait_calls("getUpdates")

    second = asyncio.create_task(api.ok("getUpdates", timeout=20))

    assert (await first).startswith("409 Conflict: terminated by other getUpdates request; make sure that")
    await telegram.say(user_id, "hello")
    assert len(await second) == 1


async def test_polling_conflicts_with_a_webhook(telegram: AdminClient, api: BotApi) -> None:
    poll = asyncio.create_task(api.refused("getUpdates", timeout=20))
    await telegram.wait_calls("getUpdates")

    await api.ok("setWebhook", url="http://127.0.0.1:1/hook")

    assert await poll == "409 Conflict: terminated by setWebhook request"
    assert (await api.refused("getUpdates")).startswith(
        "409 Conflict: can't use getUpdates method while webhook is active"
    )
    await api.ok("deleteWebhook")
    assert await api.ok("getUpdates") == []


async def test_a_poll_whose_reader_died_confirms_nothing(telegram: AdminClient, api: BotApi) -> None:
    user_id = await say(telegram)
    with pytest.raises(httpx.ReadTimeout):
        await api.http.post("getUpdates", data={"timeout": "20"}, timeout=httpx.Timeout(20, read=0.1))

    await telegram.say(user_id, "hello")

    assert await texts(api, timeout=20) == ["hello"]


async def test_kinds_are_remembered_and_only_count_from_then_on(telegram: AdminClient, api: BotApi) -> None:
    user_id = await say(telegram, "before")
    await api.ok("getUpdates", allowed_updates=["edited_message"])
    message = await telegram.say(user_id, "after")
    await telegram.edit(user_id, message["message_id"], "edited")

    kinds = [set(update) - {"update_id"} for update in await api.ok("getUpdates")]

    assert kinds == [{"message"}, {"edited_message"}]
    assert (await telegram.overview())["allowed_updates"] == ["edited_message"]


async def test_reactions_come_only_when_asked_for(telegram: AdminClient, api: BotApi) -> None:
    reaction = {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 1}

    assert await telegram.inject("message_reaction", reaction) is None
    await api.ok("getUpdates", allowed_updates=["message_reaction"])
    assert await telegram.inject("message_reaction", reaction) is not None
    await api.ok("getUpdates", allowed_updates=[])
    assert await telegram.inject("message_reaction", reaction) is None


async def test_waiting_until_everything_is_confirmed(telegram: AdminClient, api: BotApi) -> None:
    await say(telegram, "one")
    [update] = await telegram.pending()
    waiting = asyncio.create_task(telegram.wait_confirmed())

    await api.ok("getUpdates", offset=update["update_id"] + 1)

    await waiting
    assert await telegram.pending() == []

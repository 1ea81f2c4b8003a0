"""What people do, and which of it reaches the bot."""

from typing import Any

import pytest

from tests.e2e.emulator import (
    AdminClient,
    AdminRequestError,
    channel_origin,
    chat_origin,
    hidden_origin,
    user_origin,
)

from .conftest import BotApi

Json = dict[str, Any]
YES_NO = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}]]}


@pytest.fixture
async def user(telegram: AdminClient) -> Json:
    """A person with a private chat."""
    return await telegram.add_user(first_name="Reader", username="reader", language_code="de")


@pytest.fixture
async def group(telegram: AdminClient) -> Json:
    """A supergroup."""
    return await telegram.add_chat(type="supergroup", title="Seminar")


async def test_a_private_message_reaches_the_bot(telegram: AdminClient, api: BotApi, user: Json) -> None:
    await telegram.say(user["id"], "/start payload 😀")

    [update] = await api.ok("getUpdates")
    message = update["message"]
    assert message["from"] == user
    assert message["from"]["language_code"] == "de"
    assert message["chat"]["type"] == "private"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]


async def test_corrections_reach_the_bot(telegram: AdminClient, api: BotApi, user: Json) -> None:
    message = await telegram.say(user["id"], "/one")

    edited = await telegram.edit(user["id"], message["message_id"], "two")

    _, update = await api.ok("getUpdates")
    assert update["edited_message"] == edited
    assert (edited["text"], "entities" in edited) == ("two", False)
    assert edited["edit_date"] >= edited["date"] == message["date"]


async def test_every_kind_of_origin_can_be_forwarded(
    telegram: AdminClient, api: BotApi, user: Json, group: Json
) -> None:
    channel = await telegram.add_chat(type="channel", title="News")
    origins = [
        user_origin(user, 5),
        hidden_origin("Somebody", 5),
        chat_origin(group, 5),
        channel_origin(channel, 3, 5),
    ]

    for origin in origins:
        await telegram.say(user["id"], "question", forward_origin=origin)

    updates = await api.ok("getUpdates")
    assert [update["message"]["forward_origin"] for update in updates] == origins
    with pytest.raises(AdminRequestError, match="lacks sender_user_name"):
        await telegram.say(user["id"], "x", forward_origin={"type": "hidden_user", "date": 5})
    with pytest.raises(AdminRequestError, match="type is one of"):
        await telegram.say(user["id"], "x", forward_origin={"type": "moon"})


async def test_files_and_other_content(telegram: AdminClient, api: BotApi, user: Json) -> None:
    await telegram.say(user["id"], document={"name": "faq.txt", "text": "Q: é?"})
    await telegram.say(user["id"], content={"sticker": {"file_id": "s"}}, date=1_600_000_000)

    file, sticker = (update["message"] for update in await api.ok("getUpdates"))
    found = await api.ok("getFile", file_id=file["document"]["file_id"])
    downloaded = await api.http.get(f"{telegram.base_file_url}{telegram.token}/{found['file_path']}")
    assert downloaded.text == "Q: é?"
    assert (sticker["sticker"], sticker["date"]) == ({"file_id": "s"}, 1_600_000_000)
    with pytest.raises(AdminRequestError, match="needs text"):
        await telegram.say(user["id"])
    with pytest.raises(AdminRequestError, match="1 to 4096"):
        await telegram.say(user["id"], "x" * 4097)


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(
    telegram: AdminClient, api: BotApi, user: Json, group: Json
) -> None:
    name = (await api.ok("getMe"))["username"]
    mine = await api.ok("sendMessage", chat_id=group["id"], text="hello")

    async def reaches(text: str, **fields: Any) -> bool:
        posted = await telegram.post(group["id"], text, user_id=user["id"], **fields)
        return posted["update_id"] is not None

    assert await reaches("/help")
    assert await reaches(f"/help@{name} me")
    assert await reaches(f"what do you say, @{name.upper()}?")
    assert await reaches("and now?", reply_to=mine["message_id"])
    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": {"id": mine["from"]["id"]}}
    assert await reaches("You, yes", entities=[mention])
    photo = {"photo": [{"file_id": "p"}], "caption": f"@{name} and this?"}
    assert (await telegram.post(group["id"], user_id=user["id"], content=photo))["update_id"] is not None
    photo["caption"] = "holidays"
    assert (await telegram.post(group["id"], user_id=user["id"], content=photo))["update_id"] is None
    assert not await reaches("good morning")
    assert not await reaches("/help@another_bot")
    assert not await reaches("@reader look")
    assert len(await telegram.pending()) == 6


async def test_without_privacy_mode_and_for_administrators_everything_comes(
    telegram: AdminClient, user: Json, group: Json
) -> None:
    async def reaches() -> bool:
        posted = await telegram.post(group["id"], "good morning", user_id=user["id"])
        return posted["update_id"] is not None

    assert not await reaches()
    await telegram.set_bot_status(group["id"], user["id"], "administrator")
    assert await reaches()
    await telegram.set_bot_status(group["id"], user["id"], "member")
    await telegram.change_bot(privacy_mode=False)
    assert await reaches()
    await telegram.set_bot_status(group["id"], user["id"], "left")
    assert not await reaches()


async def test_forum_topics(telegram: AdminClient, api: BotApi, user: Json) -> None:
    forum = await telegram.add_chat(type="supergroup", is_forum=True)
    thread_id = await telegram.add_topic(forum["id"], user["id"], "Visas")

    question = await telegram.say(forum["id"], "/ask", user_id=user["id"], thread_id=thread_id)
    answer = await api.ok("sendMessage", chat_id=forum["id"], text="so", message_thread_id=thread_id)
    refusal = await api.refused("sendMessage", chat_id=forum["id"], text="so", message_thread_id=99)

    for message in (question, answer):
        assert message["message_thread_id"] == thread_id
        assert message["is_topic_message"] is True
        assert message["chat"]["is_forum"] is True
    # As on Telegram, a message in a topic seems to answer the topic's first message.
    assert question["reply_to_message"]["forum_topic_created"]["name"] == "Visas"
    assert refusal == "400 Bad Request: message thread not found"
    with pytest.raises(AdminRequestError, match="no topic 99"):
        await telegram.say(forum["id"], "x", user_id=user["id"], thread_id=99)


async def test_channel_posts_have_no_author(telegram: AdminClient, api: BotApi) -> None:
    channel = await telegram.add_chat(type="channel", title="News")

    await telegram.say(channel["id"], "news")
    own = await api.ok("sendMessage", chat_id=channel["id"], text="more")

    [update] = await api.ok("getUpdates")
    assert update["channel_post"]["sender_chat"]["title"] == "News"
    assert "from" not in update["channel_post"]
    assert "from" not in own


async def test_nobody_writes_into_the_private_chat_of_another(telegram: AdminClient, user: Json) -> None:
    stranger = await telegram.add_user()

    with pytest.raises(AdminRequestError, match="cannot write into the private chat"):
        await telegram.say(user["id"], "x", user_id=stranger["id"])


async def test_a_pressed_button_is_answered_once(telegram: AdminClient, api: BotApi, user: Json) -> None:
    message = await api.ok("sendMessage", chat_id=user["id"], text="Sure?", reply_markup=YES_NO)

    query_id = await telegram.press(message, user["id"], text="No")

    [update] = await api.ok("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]) == (query_id, "n", user)
    assert query["message"] == message
    assert query["chat_instance"]
    await api.ok("answerCallbackQuery", callback_query_id=query_id, text="Fine", show_alert=True)
    answer = await telegram.callback_answer(query_id)
    assert (answer["text"], answer["show_alert"]) == ("Fine", True)
    refusal = await api.refused("answerCallbackQuery", callback_query_id=query_id)
    assert refusal == ("400 Bad Request: query is too old and response timeout expired or query ID is invalid")


async def test_an_expired_callback_cannot_be_answered(telegram: AdminClient, api: BotApi, user: Json) -> None:
    message = await api.ok("sendMessage", chat_id=user["id"], text="Sure?", reply_markup=YES_NO)
    query_id = await telegram.press(message, user["id"], data="y")

    await telegram.expire(query_id)

    assert "query is too old" in await api.refused("answerCallbackQuery", callback_query_id=query_id)


async def test_only_buttons_that_are_there_can_be_pressed(telegram: AdminClient, api: BotApi, user: Json) -> None:
    message = await api.ok("sendMessage", chat_id=user["id"], text="Sure?", reply_markup=YES_NO)
    await api.ok("deleteMessage", chat_id=user["id"], message_id=message["message_id"])
    shown = await api.ok("sendMessage", chat_id=user["id"], text="Sure?", reply_markup=YES_NO)

    with pytest.raises(AdminRequestError, match="no such button; it has: Yes, No"):
        await telegram.press(shown, user["id"], text="Maybe")
    with pytest.raises(AdminRequestError, match="no message"):
        await telegram.press(message, user["id"], data="y")
    await telegram.press(shown, user["id"], data="gone", force=True)
    await telegram.press(message, user["id"], data="y", force=True, inaccessible=True)

    forced, inaccessible = (update["callback_query"] for update in await api.ok("getUpdates"))
    assert forced["data"] == "gone"
    assert (inaccessible["message"]["date"], "text" in inaccessible["message"]) == (0, False)


async def test_inline_queries_can_be_injected_and_answered(telegram: AdminClient, api: BotApi, user: Json) -> None:
    await telegram.inject("inline_query", {"id": "77", "from": user, "query": "visa", "offset": ""})
    result = {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "y"}}

    await api.ok("answerInlineQuery", inline_query_id="77", results=[result], cache_time=5)

    assert (await telegram.inline_answer("77"))["results"] == [result]
    assert "query ID is invalid" in await api.refused("answerInlineQuery", inline_query_id="78", results=[])


async def test_deleted_by_its_author(telegram: AdminClient, api: BotApi, user: Json) -> None:
    message = await telegram.say(user["id"], "oops")

    await telegram.delete(user["id"], message["message_id"])

    reply = {"message_id": message["message_id"]}
    refusal = await api.refused("sendMessage", chat_id=user["id"], text="so", reply_parameters=reply)
    assert refusal == "400 Bad Request: message to be replied not found"

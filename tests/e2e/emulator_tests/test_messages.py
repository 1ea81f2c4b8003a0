"""Sending, editing, deleting: what the bot may do and how it is told when it may not."""

from typing import Any

import pytest

from tests.e2e.emulator import AdminClient

from .conftest import BotApi

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "x.org"}]]}


@pytest.fixture
async def chat_id(telegram: AdminClient) -> int:
    """A private chat."""
    return int((await telegram.add_user(first_name="Reader"))["id"])


async def test_a_sent_message_comes_back_as_telegram_shows_it(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    message = await api.ok(
        "sendMessage",
        chat_id=chat_id,
        text=' <b>Rule</b> 😀 <a href="https://x.org">source</a>\n',
        parse_mode="html",
        link_preview_options={"is_disabled": True},
        reply_markup=KEYBOARD,
    )

    assert message["text"] == "Rule 😀 source"
    assert message["entities"] == [
        {"offset": 0, "length": 4, "type": "bold"},
        {"offset": 8, "length": 6, "type": "text_link", "url": "https://x.org/"},
    ]
    assert message["chat"] == {"id": chat_id, "type": "private", "first_name": "Reader"}
    assert message["from"]["is_bot"] is True
    assert 1_700_000_000 < message["date"] < 10_000_000_000
    assert message["link_preview_options"] == {"is_disabled": True}
    assert message["reply_markup"]["inline_keyboard"][0][1]["url"] == "http://x.org/"
    assert await telegram.messages(chat_id, by_bot=True) == [message]
    assert [event["message"] for event in await telegram.wait_events("message")] == [message]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b>", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "x", "parse_mode": "rtf"}, "unsupported parse_mode"),
        ({"text": "x", "parse_mode": "MarkdownV2"}, "this emulator reads HTML only"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 40000}, "text is too long"),
        ({"text": "x", "chat_id": "77"}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 3, "length": 1}]},
            "entity begins after the end",
        ),
    ],
)
async def test_what_cannot_be_sent(api: BotApi, chat_id: int, params: dict[str, Any], error: str) -> None:
    refusal = await api.refused("sendMessage", **{"chat_id": chat_id, **params})

    assert refusal.startswith(f"400 Bad Request: {error}")


@pytest.mark.parametrize(
    ("button", "error"),
    [
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        ({"text": "x", "copy_text": {"text": "y" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons_that_are_refused(api: BotApi, chat_id: int, button: dict[str, Any], error: str) -> None:
    markup = {"inline_keyboard": [[button]]}

    refusal = await api.refused("sendMessage", chat_id=chat_id, text="x", reply_markup=markup)

    assert refusal == f"400 Bad Request: {error}"


async def test_too_many_buttons_are_refused(api: BotApi, chat_id: int) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]] * 101}

    refusal = await api.refused("sendMessage", chat_id=chat_id, text="x", reply_markup=markup)

    assert refusal == "400 Bad Request: reply markup is too long"


async def test_the_limit_counts_after_parsing(api: BotApi, chat_id: int) -> None:
    text = "<b>" + "&amp;" * 4096 + "</b>"

    message = await api.ok("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML")

    assert message["text"] == "&" * 4096


async def test_no_more_than_a_hundred_entities_count(api: BotApi, chat_id: int) -> None:
    message = await api.ok("sendMessage", chat_id=chat_id, text="<b>a</b> " * 120, parse_mode="HTML")

    assert len(message["entities"]) == 100


async def test_replies_carry_the_message_they_answer(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    question = await telegram.say(chat_id, "why?")

    answer = await api.ok(
        "sendMessage", chat_id=chat_id, text="so", reply_parameters={"message_id": question["message_id"]}
    )
    loose = await api.ok(
        "sendMessage",
        chat_id=chat_id,
        text="so",
        reply_parameters={"message_id": 99, "allow_sending_without_reply": True},
    )

    assert answer["reply_to_message"]["text"] == "why?"
    assert "reply_to_message" not in loose


async def test_a_blocked_bot_is_forbidden_to_write_and_hears_of_it(
    telegram: AdminClient, api: BotApi, chat_id: int
) -> None:
    await telegram.set_bot_status(chat_id, chat_id, "kicked")

    refusal = await api.refused("sendMessage", chat_id=chat_id, text="x")

    assert refusal == "403 Forbidden: bot was blocked by the user"
    [update] = await api.ok("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await telegram.set_bot_status(chat_id, chat_id, "member")
    assert await api.ok("sendMessage", chat_id=chat_id, text="x")


async def test_groups_can_be_left_and_throw_the_bot_out(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    group = (await telegram.add_chat())["id"]
    channel = (await telegram.add_chat(type="channel", username="news"))["id"]

    await api.ok("leaveChat", chat_id=group)
    left = await api.refused("sendMessage", chat_id=group, text="x")
    await telegram.set_bot_status(channel, chat_id, "kicked")
    kicked = await api.refused("sendMessage", chat_id="@news", text="x")

    assert left == "403 Forbidden: bot is not a member of the group chat"
    assert kicked == "403 Forbidden: bot was kicked from the channel chat"


async def test_an_edit_replaces_text_and_keyboard(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    sent = await api.ok("sendMessage", chat_id=chat_id, text="one", reply_markup=KEYBOARD)
    where = {"chat_id": chat_id, "message_id": sent["message_id"]}

    edited = await api.ok("editMessageText", text="<i>two</i>", parse_mode="HTML", **where)

    assert edited["text"] == "two"
    assert edited["entities"] == [{"offset": 0, "length": 3, "type": "italic"}]
    assert edited["edit_date"] >= sent["date"]
    assert "reply_markup" not in edited
    assert await telegram.messages(chat_id) == [edited]
    [event] = await telegram.wait_events("edit", chat_id=chat_id)
    assert (event["before"]["text"], event["message"]["text"]) == ("one", "two")


async def test_edits_that_are_refused(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    sent = await api.ok("sendMessage", chat_id=chat_id, text="<b>one</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    question = await telegram.say(chat_id, "why?")
    where = {"chat_id": chat_id, "message_id": sent["message_id"]}
    same = {"text": "<b>one</b>", "parse_mode": "HTML", "reply_markup": KEYBOARD}

    assert (await api.refused("editMessageText", **where, **same)).startswith(
        "400 Bad Request: message is not modified: specified new message content"
    )
    assert (await api.refused("editMessageReplyMarkup", **where, reply_markup=KEYBOARD)).startswith(
        "400 Bad Request: message is not modified"
    )
    for params, error in [
        ({"chat_id": chat_id, "message_id": 99, "text": "x"}, "message to edit not found"),
        ({"chat_id": chat_id, "message_id": question["message_id"], "text": "x"}, "message can't be edited"),
        ({"text": "x"}, "message identifier is not specified"),
        ({**where, "text": ""}, "message text is empty"),
        ({**where, "text": "x" * 4097}, "message is too long"),
    ]:
        assert await api.refused("editMessageText", **params) == f"400 Bad Request: {error}"


async def test_the_keyboard_alone_can_be_changed(api: BotApi, chat_id: int) -> None:
    sent = await api.ok("sendMessage", chat_id=chat_id, text="one", reply_markup=KEYBOARD)
    where = {"chat_id": chat_id, "message_id": sent["message_id"]}

    bare = await api.ok("editMessageReplyMarkup", **where)
    again = await api.ok("editMessageReplyMarkup", **where, reply_markup=KEYBOARD)

    assert bare["text"] == again["text"] == "one"
    assert "reply_markup" not in bare
    assert again["reply_markup"] == sent["reply_markup"]


async def test_deleting(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    sent = await api.ok("sendMessage", chat_id=chat_id, text="one")
    group = (await telegram.add_chat())["id"]
    foreign = await telegram.say(group, "/hello", user_id=chat_id)

    assert await api.ok("deleteMessage", chat_id=chat_id, message_id=sent["message_id"]) is True

    assert await telegram.messages(chat_id) == []
    again = await api.refused("deleteMessage", chat_id=chat_id, message_id=sent["message_id"])
    assert again == "400 Bad Request: message to delete not found"
    refusal = await api.refused("deleteMessage", chat_id=group, message_id=foreign["message_id"])
    assert refusal == "400 Bad Request: message can't be deleted"


async def test_forwards_keep_their_origin_and_copies_do_not(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    group = (await telegram.add_chat())["id"]
    question = await telegram.say(chat_id, "/why so")
    where = {"chat_id": group, "from_chat_id": chat_id, "message_id": question["message_id"]}

    forwarded = await api.ok("forwardMessage", **where)
    copied = await api.ok("copyMessage", **where)

    assert forwarded["forward_origin"]["sender_user"]["id"] == chat_id
    assert forwarded["entities"] == question["entities"]
    _, copy = await telegram.messages(group)
    assert copied == {"message_id": copy["message_id"]}
    assert (copy["text"], "forward_origin" in copy) == ("/why so", False)
    missing = await api.refused("forwardMessage", **{**where, "message_id": 99})
    assert missing == "400 Bad Request: message to forward not found"


async def test_actions_reactions_and_drafts_are_recorded(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    question = await telegram.say(chat_id, "why?")
    thumb = [{"type": "emoji", "emoji": "👍"}]

    await api.ok("sendChatAction", chat_id=chat_id, action="typing")
    await api.ok("setMessageReaction", chat_id=chat_id, message_id=question["message_id"], reaction=thumb)
    await api.ok("sendMessageDraft", chat_id=chat_id, draft_id=5, text="<b>So</b> …", parse_mode="HTML")

    action, reaction, draft = await telegram.events(chat_id=chat_id)
    assert (action["kind"], action["action"]) == ("action", "typing")
    assert action["time"] <= reaction["time"] <= draft["time"]
    assert reaction["reaction"] == thumb
    assert (draft["text"], draft["entities"][0]["type"]) == ("So …", "bold")
    assert len(await telegram.messages(chat_id)) == 1
    refused: list[tuple[str, dict[str, Any], str]] = [
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("setMessageReaction", {"message_id": 99}, "message to react not found"),
        ("sendMessageDraft", {"text": "x"}, "draft identifier must be non-zero"),
    ]
    for method, params, error in refused:
        assert await api.refused(method, chat_id=chat_id, **params) == f"400 Bad Request: {error}"


async def test_documents_can_be_sent_and_downloaded(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    content = b"line one\r\nline two\x00\xff\n"
    form = {"chat_id": str(chat_id), "caption": "<b>All</b> answers", "parse_mode": "HTML"}
    upload = {"document": ("answers.txt", content, "text/plain")}

    sent = (await api.http.post("sendDocument", data=form, files=upload)).json()["result"]
    found = await api.ok("getFile", file_id=sent["document"]["file_id"])
    downloaded = await api.http.get(f"{telegram.url}/file/bot{telegram.token}/{found['file_path']}")
    again = await api.ok("sendDocument", chat_id=chat_id, document=sent["document"]["file_id"])

    assert sent["document"]["file_name"] == "answers.txt"
    assert (sent["caption"], sent["caption_entities"][0]["type"]) == ("All answers", "bold")
    assert downloaded.content == content
    assert found["file_size"] == len(content)
    assert again["document"] == sent["document"]
    assert await api.refused("getFile", file_id="x") == "400 Bad Request: invalid file_id"
    nothing = await api.refused("sendDocument", chat_id=chat_id, document="https://x.org/a.txt")
    assert nothing == "400 Bad Request: wrong file identifier/HTTP URL specified"
    missing = await api.http.get(f"{telegram.url}/file/bot{telegram.token}/documents/none")
    assert missing.status_code == 404


async def test_a_caption_has_a_limit_of_its_own(api: BotApi, chat_id: int) -> None:
    form = {"chat_id": str(chat_id), "caption": "x" * 1025}

    answer = await api.http.post("sendDocument", data=form, files={"document": ("a.txt", b"x")})

    assert answer.json()["description"] == "Bad Request: message caption is too long"

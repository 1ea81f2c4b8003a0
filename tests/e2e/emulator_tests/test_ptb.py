"""python-telegram-bot against the emulator, unpatched: what works here works the way it does on Telegram."""

import asyncio
import hmac
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import Response
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from tests.e2e.emulator import AdminClient, channel_origin, chat_origin, hidden_origin, user_origin

from .conftest import serve_hook

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


async def start(update: Update, context: Context) -> None:
    assert update.message is not None
    await update.message.reply_html("<b>Welcome</b> 😀 <i>here</i>", reply_markup=KEYBOARD)


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    await message.reply_chat_action(ChatAction.TYPING)
    answer = f"edited: {message.text}" if update.edited_message else f"you said: {message.text}"
    await message.reply_text(answer, do_quote=True)


async def more(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Here you are")
    await query.edit_message_text("<u>More</u>", parse_mode=ParseMode.HTML)


def build(telegram: AdminClient) -> App:
    """Return an application with handlers, aimed at the emulator by its two addresses only."""
    builder = ApplicationBuilder().token(telegram.token)
    app = builder.base_url(telegram.base_url).base_file_url(telegram.base_file_url).build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(more))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    return app


@pytest_asyncio.fixture
async def running(telegram: AdminClient) -> AsyncIterator[App]:
    """The application, polling."""
    loops: list[asyncio.AbstractEventLoop] = []
    app = build(telegram)

    def run() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loops.append(loop)
        app.run_polling(timeout=5, stop_signals=None, allowed_updates=Update.ALL_TYPES)

    thread = threading.Thread(target=run)
    thread.start()
    await telegram.wait_calls("getUpdates")
    yield app
    loops[0].call_soon_threadsafe(app.stop_running)
    await asyncio.to_thread(thread.join)


@pytest_asyncio.fixture
async def bot(telegram: AdminClient) -> AsyncIterator[ExtBot[None]]:
    """A bare bot."""
    bot: ExtBot[None] = ExtBot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url)
    async with bot:
        yield bot


@pytest.mark.usefixtures("running")
async def test_questions_are_answered_by_polling(telegram: AdminClient) -> None:
    user = await telegram.add_user(first_name="Reader")

    question = await telegram.say(user["id"], "hello")

    [answer] = await telegram.wait_messages(user["id"])
    assert answer["text"] == "you said: hello"
    assert answer["reply_to_message"]["message_id"] == question["message_id"]
    assert [event["kind"] for event in await telegram.events(chat_id=user["id"])] == ["action", "message"]
    await telegram.wait_confirmed()


@pytest.mark.usefixtures("running")
async def test_html_keyboard_callback_and_edit(telegram: AdminClient) -> None:
    user = await telegram.add_user()
    await telegram.say(user["id"], "/start")
    [welcome] = await telegram.wait_messages(user["id"])

    query_id = await telegram.press(welcome, user["id"], text="More")

    assert (await telegram.callback_answer(query_id))["text"] == "Here you are"
    [edit] = await telegram.wait_events("edit", chat_id=user["id"])
    assert [entity["type"] for entity in welcome["entities"]] == ["bold", "italic"]
    assert edit["message"]["text"] == "More"
    assert "reply_markup" not in edit["message"]


@pytest.mark.usefixtures("running")
async def test_corrections_and_groups(telegram: AdminClient) -> None:
    user = await telegram.add_user()
    group = await telegram.add_chat(type="supergroup", is_forum=True)
    thread_id = await telegram.add_topic(group["id"], user["id"], "Visas")
    name = (await telegram.overview())["user"]["username"]

    question = await telegram.say(user["id"], "one")
    await telegram.wait_messages(user["id"])
    await telegram.edit(user["id"], question["message_id"], "two")
    await telegram.say(group["id"], "quiet", user_id=user["id"], thread_id=thread_id)
    await telegram.say(group["id"], f"@{name} loud", user_id=user["id"], thread_id=thread_id)

    assert (await telegram.wait_messages(user["id"], 2))[1]["text"] == "edited: two"
    [answer] = await telegram.wait_messages(group["id"])
    assert answer["text"] == f"you said: @{name} loud"
    assert answer["message_thread_id"] == thread_id


@pytest.mark.usefixtures("running")
async def test_polling_goes_on_after_a_lost_connection(telegram: AdminClient) -> None:
    user = await telegram.add_user()
    await telegram.add_fault("drop", method="getUpdates")

    await telegram.say(user["id"], "one")
    await telegram.say(user["id"], "two")

    answers = await telegram.wait_messages(user["id"], 2)
    assert [answer["text"] for answer in answers] == ["you said: one", "you said: two"]
    assert await telegram.waiting_faults() == []


async def test_questions_are_answered_behind_a_webhook(telegram: AdminClient) -> None:
    user = await telegram.add_user()
    app = build(telegram)

    async def receive(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given, "s3cret"):
            return Response(status_code=403)
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    async with serve_hook(receive) as url, app:
        await app.start()
        await app.bot.set_webhook(url, secret_token="wrong")
        await telegram.say(user["id"], "hello")
        await telegram.wait_events("webhook_error")
        assert (await app.bot.get_webhook_info()).pending_update_count == 1
        await app.bot.set_webhook(url, secret_token="s3cret")
        [answer] = await telegram.wait_messages(user["id"])
        await app.bot.delete_webhook()
        await app.stop()

    assert answer["text"] == "you said: hello"


async def test_every_origin_of_a_forward_is_understood(telegram: AdminClient, bot: ExtBot[None]) -> None:
    user = await telegram.add_user()
    group, channel = await telegram.add_chat(), await telegram.add_chat(type="channel")
    for origin in (
        user_origin(user, 5),
        hidden_origin("Somebody", 5),
        chat_origin(group, 5),
        channel_origin(channel, 3, 5),
    ):
        await telegram.say(user["id"], "x", forward_origin=origin)

    updates = await bot.get_updates()

    origins = [type(update.message.forward_origin) for update in updates if update.message]
    assert origins == [MessageOriginUser, MessageOriginHiddenUser, MessageOriginChat, MessageOriginChannel]


async def test_sent_messages_are_understood(telegram: AdminClient, bot: ExtBot[None]) -> None:
    chat_id = (await telegram.add_user())["id"]

    message = await bot.send_message(
        chat_id,
        "😀 <b>Rule</b> <blockquote expandable>long <code>text</code></blockquote>",
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=KEYBOARD,
    )

    assert list(message.parse_entities().values()) == ["Rule", "long text", "text"]
    assert [entity.type for entity in message.entities] == ["bold", "expandable_blockquote", "code"]
    assert message.date.year >= 2025
    assert message.from_user is not None
    assert message.from_user.id == bot.id
    assert message.reply_markup == KEYBOARD
    document = await bot.send_document(chat_id, b"text", filename="a.txt", caption="file")
    assert document.document is not None
    file = await document.document.get_file()
    assert await file.download_as_bytearray() == b"text"
    copy = await bot.copy_message(chat_id, chat_id, message.message_id)
    assert copy.message_id > document.message_id
    forwarded = await bot.forward_message(chat_id, chat_id, message.message_id)
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    edited = await bot.edit_message_reply_markup(chat_id, message.message_id)
    assert isinstance(edited, Message)
    assert edited.reply_markup is None
    assert await bot.set_message_reaction(chat_id, message.message_id, "👍")
    assert await bot.send_message_draft(chat_id, 1, "thinking")
    assert await bot.delete_message(chat_id, message.message_id)


async def test_refusals_become_exceptions(
    telegram: AdminClient, bot: ExtBot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    chat_id = (await telegram.add_user())["id"]

    with pytest.raises(BadRequest, match="Can't parse entities"):
        await bot.send_message(chat_id, "<b>", parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(chat_id, "x" * 4097)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "x")
    await telegram.set_bot_status(chat_id, chat_id, "kicked")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat_id, "x")
    await telegram.add_fault("too_many_requests", retry_after=3)
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(chat_id, "x")
    assert flood.value.retry_after == timedelta(seconds=3)
    for kind in ("drop", "status"):
        await telegram.add_fault(kind)
        with pytest.raises(NetworkError):
            await bot.get_me()
    await telegram.add_fault("broken_json")
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_me()
    await telegram.add_fault("delay", seconds=5)
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.05)


async def test_a_second_poller_is_a_conflict(telegram: AdminClient, bot: ExtBot[None]) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await telegram.wait_calls("getUpdates")

    async with ExtBot(telegram.token, base_url=telegram.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict):
            await first
        user = await telegram.add_user()
        await telegram.say(user["id"], "x")
        assert len(await second) == 1


async def test_an_unknown_token_is_invalid(telegram: AdminClient) -> None:
    with pytest.raises(InvalidToken):
        async with ExtBot("1:unknown", base_url=telegram.base_url):
            pass


async def test_profile_chats_and_inline_answers(telegram: AdminClient, bot: ExtBot[None]) -> None:
    user = await telegram.add_user(first_name="Reader")
    group = await telegram.add_chat(members={user["id"]: "creator"}, bot_status="administrator")
    scope = BotCommandScopeAllPrivateChats()

    assert await bot.set_my_commands([BotCommand("start", "Begin")], scope=scope, language_code="de")
    assert await bot.set_my_description("Answers")
    assert await bot.set_my_short_description("Short")
    await telegram.inject("inline_query", {"id": "9", "from": user, "query": "visa", "offset": ""})
    [update] = await bot.get_updates()
    assert update.inline_query is not None
    article = InlineQueryResultArticle("1", "Visa", InputTextMessageContent("B1"))
    assert await update.inline_query.answer([article])

    assert await bot.get_my_commands(scope, "de") == (BotCommand("start", "Begin"),)
    assert (await bot.get_my_description()).description == "Answers"
    assert (await bot.get_chat(user["id"])).first_name == "Reader"
    assert (await bot.get_chat_member(group["id"], user["id"])).status == "creator"
    assert len(await bot.get_chat_administrators(group["id"])) == 2
    assert (await telegram.inline_answer("9"))["results"][0]["title"] == "Visa"
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.log_out()
    assert await bot.close()

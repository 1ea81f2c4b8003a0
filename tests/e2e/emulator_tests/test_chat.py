"""The chat client: what a developer sees, and what typing does."""

import asyncio
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console

from tests.e2e.emulator import AdminClient
from tests.e2e.emulator.chat import ChatSession, converse
from tests.e2e.emulator.markup import parse_html
from tests.e2e.emulator.render import links, render

from .conftest import BotApi

USER = 501
ROOT = Path(__file__).parents[3]


def screen() -> tuple[Console, StringIO]:
    output = StringIO()
    return Console(file=output, width=100, highlight=False), output


async def begin(telegram: AdminClient) -> tuple[ChatSession, StringIO]:
    console, output = screen()
    session = ChatSession(telegram, USER, console)
    await session.start("en")
    return session, output


def test_markup_is_shown_with_styles_bars_and_numbered_links() -> None:
    text, entities = parse_html(
        '😀 <b>Rule</b> <a href="https://x.org/a">here</a>\n<blockquote expandable>one\ntwo</blockquote>'
    )

    shown = render(text, [entity.wire() for entity in entities])

    assert shown.plain == "😀 Rule here [1]\n▌⌄ one\n▌⌄ two"
    styled = {(shown.plain[span.start : span.end], str(span.style)) for span in shown.spans}
    assert {("Rule", "bold"), ("here", "blue underline"), (" [1]", "dim")} <= styled
    assert links([entity.wire() for entity in entities]) == ["https://x.org/a"]


async def test_everything_the_bot_does_is_shown(telegram: AdminClient, api: BotApi) -> None:
    session, output = await begin(telegram)
    await session.enter("why?")
    question = (await telegram.messages(USER))[0]["message_id"]
    keyboard = [[{"text": "More", "callback_data": "m"}, {"text": "Site", "url": "https://x.org/"}]]

    await api.ok("sendChatAction", chat_id=USER, action="typing")
    await api.ok("sendChatAction", chat_id=USER, action="typing")
    await api.ok("sendMessageDraft", chat_id=USER, draft_id=1, text="Beca")
    answer = await api.ok(
        "sendMessage",
        chat_id=USER,
        text='<a href="https://x.org/rule">Because</a>',
        parse_mode="HTML",
        reply_markup={"inline_keyboard": keyboard},
        reply_parameters={"message_id": question},
    )
    await api.ok("editMessageText", chat_id=USER, message_id=answer["message_id"], text="Therefore")
    await api.ok("setMessageReaction", chat_id=USER, message_id=question, reaction=[{"type": "emoji", "emoji": "👍"}])
    await api.ok("deleteMessage", chat_id=USER, message_id=answer["message_id"])
    await session.show_news(5)

    shown = output.getvalue()
    assert shown.count("… typing") == 1
    for part in [
        "✎ Beca",
        f"bot  #{answer['message_id']}  ↩ #{question}",
        "Because [1]",
        "  [1] https://x.org/rule",
        "1  More    2  Site ↗",
        "(edited)\nTherefore",
        "reacted with 👍",
        f"message {answer['message_id']} was deleted",
    ]:
        assert part in shown


async def test_buttons_are_pressed_by_their_number(telegram: AdminClient, api: BotApi) -> None:
    session, output = await begin(telegram)
    buttons = [
        {"text": "More", "callback_data": "m"},
        {"text": "Site", "url": "https://x.org/"},
        {"text": "Copy", "copy_text": {"text": "22 CFR 62"}},
        {"text": "Switch", "switch_inline_query": "x"},
    ]
    await api.ok("sendMessage", chat_id=USER, text="So", reply_markup={"inline_keyboard": [buttons]})
    await session.show_news(5)

    for line in ("1", "2", "3", "4", "5"):
        await session.enter(line)
    queries = [update for update in await api.ok("getUpdates") if "callback_query" in update]
    query_id = queries[0]["callback_query"]["id"]
    await api.ok("answerCallbackQuery", callback_query_id=query_id, text="Wait", show_alert=True)
    await session.show_news(5)

    assert [query["callback_query"]["data"] for query in queries] == ["m"]
    shown = output.getvalue()
    for part in ("opens https://x.org/", "copied: 22 CFR 62", "does nothing here", "(!) Wait"):
        assert part in shown
    # There is no button 5, so that was a message.
    assert (await telegram.messages(USER))[-1]["text"] == "5"


async def test_commands_of_the_client(telegram: AdminClient, api: BotApi) -> None:
    session, output = await begin(telegram)

    await session.enter("one")
    await session.enter(":edit two\n")
    await session.enter(":forward what is J-1?")
    await session.enter(":help")
    await session.enter("x" * 5000)
    assert not await session.enter(":quit")

    first, edited, forwarded = await api.ok("getUpdates")
    assert first["message"]["text"] == "one"
    assert edited["edited_message"]["text"] == "two"
    assert forwarded["message"]["forward_origin"]["type"] == "hidden_user"
    assert "press button 3" in output.getvalue()
    assert "a message has 1 to 4096 characters" in output.getvalue()


async def test_the_end_of_the_input_waits_for_the_last_answer(telegram: AdminClient, api: BotApi) -> None:
    session, output = await begin(telegram)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    lines.put_nowait("hello")

    async def answer() -> None:
        [update] = await api.ok("getUpdates", timeout=10)
        await api.ok("sendMessage", chat_id=update["message"]["chat"]["id"], text="good day")
        lines.put_nowait(None)

    answering = asyncio.create_task(answer())
    await converse(session, lines, quiet=0.1)
    await answering

    assert "good day" in output.getvalue()


async def test_both_programs_run_from_the_command_line() -> None:
    async def start(*words: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-m", *words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        )

    server = await start("tests.e2e.emulator", "--port", "0", "--token", "5:x", "--username", "some_bot")
    assert server.stdout is not None
    url = (await server.stdout.readline()).decode().split()[2].removesuffix("/bot<token>/<method>")
    chat = await start("tests.e2e.emulator.chat", "--url", url, "--quiet", "0.1")
    shown, errors = await chat.communicate(b"hello\n:quit\n")
    async with AdminClient(url, "5:x") as client:
        messages = await client.messages(USER)
    server.terminate()
    await server.communicate()

    assert (chat.returncode, errors) == (0, b"")
    assert b":edit TEXT" in shown
    assert [message["text"] for message in messages] == ["hello"]
    lost = await start("tests.e2e.emulator.chat", "--url", url)
    _, errors = await lost.communicate()
    assert lost.returncode == 1
    assert errors.decode().startswith(f"no emulator at {url}")

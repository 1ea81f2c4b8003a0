"""`python -m tests.e2e.emulator.chat`: talk to a bot on the emulator from a terminal."""

import argparse
import asyncio
import sys
import threading
import time
from contextlib import suppress

import httpx
from rich.console import Console
from rich.text import Text

from .client import AdminClient, AdminRequestError
from .origins import hidden_origin
from .render import links, render
from .updates import Json

USER_ID = 501
HELP = """\
  text           send it            3              press button 3
  :edit TEXT     correct your last message         :forward TEXT  forward TEXT from somebody else
  :help          this list          :quit          leave"""


class ChatSession:
    """One person talking to one bot in a private chat.

    Args:
        client: the admin side of the bot.
        user_id: who is talking; also the id of the chat.
        console: where everything is shown.
    """

    def __init__(self, client: AdminClient, user_id: int, console: Console) -> None:
        self._client = client
        self._user_id = user_id
        self._console = console
        self._buttons: list[tuple[Json, Json]] = []
        self._own: Json | None = None
        self._typing = False
        self._seen = 0

    async def start(self, language: str) -> None:
        """Enter the chat; what happened there before is not shown again."""
        with suppress(AdminRequestError):  # the person is known from an earlier session
            await self._client.add_user(id=self._user_id, first_name="You", language_code=language)
        self._seen = await self._client.last_event()

    async def enter(self, line: str) -> bool:
        """Do what a line of input says; returns False when the person wants to leave."""
        word, _, rest = line.strip().partition(" ")
        try:
            if not word or word == ":help":
                self._console.print(Text(HELP, "dim"))
            elif word == ":quit":
                return False
            elif word == ":edit" and self._own is not None:
                await self._client.edit(self._user_id, self._own["message_id"], rest)
            elif word == ":forward":
                origin = hidden_origin("Somebody else", int(time.time()))
                self._own = await self._client.say(self._user_id, rest, forward_origin=origin)
            elif word.isdigit() and not rest and 0 < int(word) <= len(self._buttons):
                await self._press(*self._buttons[int(word) - 1])
            else:
                self._own = await self._client.say(self._user_id, line.strip())
        except AdminRequestError as error:
            self._console.print(Text(str(error), "red"))
        return True

    async def show_news(self, within: float) -> bool:
        """Show what the bot did since the last time, waiting for it; returns whether there was anything."""
        events = await self._client.events(count=1, after=self._seen, within=within)
        for event in events:
            self._seen = event["seq"]
            if event["chat_id"] == self._user_id:
                self._show(event)
        return bool(events)

    async def _press(self, message: Json, button: Json) -> None:
        if "callback_data" in button:
            await self._client.press(message, self._user_id, data=button["callback_data"])
        elif "url" in button:
            self._console.print(Text(f"  opens {button['url']}", "blue"))
        elif "copy_text" in button:
            self._console.print(Text(f"  copied: {button['copy_text']['text']}", "dim"))
        else:
            self._console.print(Text("  this kind of button does nothing here", "dim"))

    def _show(self, event: Json) -> None:
        kind = event["kind"]
        if kind == "action":
            if not self._typing:
                self._console.print(Text(f"  … {event['action']}", "dim italic"))
            self._typing = True
            return
        self._typing = False
        if kind in ("message", "edit"):
            self._show_message(event["message"], edited=kind == "edit")
        elif kind == "callback_answer" and event["answer"]["text"]:
            mark = "!" if event["answer"]["show_alert"] else "i"
            self._console.print(Text(f"  ({mark}) {event['answer']['text']}", "yellow"))
        elif kind == "draft":
            self._console.print(Text("  ✎ ", "dim").append_text(render(event["text"], event["entities"])))
        elif kind == "delete":
            self._console.print(Text(f"  message {event['message_id']} was deleted", "dim"))
        elif kind == "reaction":
            emoji = " ".join(item.get("emoji", "★") for item in event["reaction"]) or "nothing any more"
            self._console.print(Text(f"  reacted with {emoji}", "dim"))

    def _show_message(self, message: Json, *, edited: bool) -> None:
        head = f"bot  #{message['message_id']}"
        if "reply_to_message" in message:
            head += f"  ↩ #{message['reply_to_message']['message_id']}"
        self._console.print(Text(head + ("  (edited)" if edited else ""), "green"))
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or []
        if "document" in message:
            self._console.print(Text(f"[file {message['document']['file_name']}]", "magenta"))
        self._console.print(render(text, entities))
        for number, address in enumerate(links(entities), 1):
            self._console.print(Text(f"  [{number}] {address}", "blue"), soft_wrap=True)
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            self._console.print(Text("  ").join(self._numbered(message, button) for button in row))

    def _numbered(self, message: Json, button: Json) -> Text:
        self._buttons.append((message, button))
        mark = " ↗" if "url" in button else ""
        return Text(f" {len(self._buttons)} ", "reverse").append(f" {button['text']}{mark} ", "not reverse")


async def converse(session: ChatSession, lines: "asyncio.Queue[str | None]", quiet: float) -> None:
    """Pass lines to the chat and show what comes back, until `:quit` or the end of the input.

    Args:
        session: a chat that was started.
        lines: what was typed; None is the end of the input.
        quiet: seconds without news after which the end of the input ends the chat.
    """

    async def follow() -> None:
        while True:
            await session.show_news(30)

    following = asyncio.create_task(follow())
    try:
        line = await lines.get()
        while line is not None and await session.enter(line):
            line = await lines.get()
    finally:
        following.cancel()
        await asyncio.wait([following])
    if line is None:
        while await session.show_news(quiet):
            pass


def _read_input(loop: asyncio.AbstractEventLoop, lines: "asyncio.Queue[str | None]") -> None:
    # A daemon thread: reading from a terminal cannot be broken off, and leaving must not wait for it.
    for line in sys.stdin:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, None)


async def _run(options: argparse.Namespace) -> None:
    async with AdminClient(options.url, options.token) as client:
        if not options.token:
            bots = await client.list_bots()
            if not bots:
                raise AdminRequestError("the emulator has no bot yet")
            client.token = bots[0]["token"]
        session = ChatSession(client, options.user_id, Console(highlight=False))
        await session.start(options.language)
        print(HELP)
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        threading.Thread(target=_read_input, args=(asyncio.get_running_loop(), lines), daemon=True).start()
        await converse(session, lines, options.quiet)


def main() -> None:
    """Run the chat client; ends with one line when the emulator is not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.emulator.chat", description="Talk to a bot")
    parser.add_argument("--url", default="http://127.0.0.1:8081", help="emulator (default: %(default)s)")
    parser.add_argument("--token", default="", help="which bot (default: the first one)")
    parser.add_argument("--user-id", type=int, default=USER_ID, help="who talks (default: %(default)s)")
    parser.add_argument("--language", default="en", help="language code of the user (default: %(default)s)")
    parser.add_argument(
        "--quiet",
        type=float,
        default=3.0,
        help="after the end of the input: seconds of silence before leaving",
    )
    options = parser.parse_args()
    try:
        asyncio.run(_run(options))
    except httpx.ConnectError:
        sys.exit(f"no emulator at {options.url}; start one with: python -m tests.e2e.emulator")
    except AdminRequestError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

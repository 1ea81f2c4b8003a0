"""The bot's process: connection, inbox, workers, outbox, and the watch for a new index."""

from __future__ import annotations

import asyncio
import re
import signal
import warnings
from typing import Any

import stamina
import structlog
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from advisor.answer import Advisor
from advisor.chat import Conversation, TopicBrowser
from advisor.corpus.topics import load_topics
from advisor.errors import AdvisorError, ChannelError
from advisor.messages import LOCALES, translate
from advisor.official import Shelf
from advisor.settings import Settings
from advisor.store import Store
from advisor.telegram import texts
from advisor.telegram.dispatch import Dispatcher
from advisor.telegram.handlers import DESK, Bot, Desk, handlers, sorry
from advisor.telegram.inbox import poll
from advisor.telegram.outbox import Sender, seconds_of

__all__ = ["run_bot"]

log = structlog.get_logger(__name__)

# Calls are kept in the database as data and made by name; the library would rather see its own methods used.
warnings.filterwarnings("ignore", message="Please use 'Bot", category=PTBUserWarning)

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_TYPING_SECONDS = 4.5
_POOL = 32
_POLL_POOL = 4
_EXPIRY_SECONDS = 3600
_CONNECT_SECONDS = 60
_DRAIN_SECONDS = 10

Telegram = Application[Any, Any, Any, Any, Any, Any]


def _application(settings: Settings) -> Telegram:
    """The library's application, without its own polling, and with pools that a torn connection cannot block."""
    if settings.telegram_token is None:
        raise ChannelError("ADVISOR_TELEGRAM_TOKEN is not set; get a token from @BotFather")
    token = settings.telegram_token.get_secret_value()
    if not _TOKEN.fullmatch(token):
        raise ChannelError("ADVISOR_TELEGRAM_TOKEN has not the shape of a token; get one from @BotFather")
    base = settings.telegram_base_url.rstrip("/")
    return (
        Application.builder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(HTTPXRequest(connection_pool_size=_POOL, connect_timeout=10, read_timeout=20, pool_timeout=10))
        .get_updates_request(HTTPXRequest(connection_pool_size=_POLL_POOL, connect_timeout=10, pool_timeout=10))
        .updater(None)
        .build()
    )


class _Process:
    """One running bot."""

    def __init__(self, settings: Settings, advisor: Advisor, store: Store, application: Telegram) -> None:
        self._settings = settings
        self._advisor = advisor
        self._store = store
        self._application = application
        browser = TopicBrowser(load_topics(settings.corpus_dir / "topics.yaml"), advisor)
        shelf = Shelf(settings.official_dir, settings.corpus_dir / "official.toml", settings.official_bases)
        self._bot = Bot(Conversation(advisor), browser, store, settings.retention_days, shelf)
        self._sender = Sender(application.bot, store)
        self._dispatcher = Dispatcher(self._work, self._sender.flush, settings.workers)
        application.add_handlers(handlers(self._bot, application))
        application.add_error_handler(sorry)

    async def run(self) -> None:
        """Take up what was left, then serve until a signal comes."""
        await self._take_up()
        log.info("serving", build=self._advisor.index.manifest.build, bot=self._application.bot.username)
        introduction = asyncio.create_task(self._introduce())
        tasks = [
            asyncio.create_task(
                poll(
                    self._application.bot,
                    self._store,
                    self._settings.telegram_poll_seconds,
                    self._dispatcher.add,
                )
            ),
            asyncio.create_task(self._watch_index()),
            asyncio.create_task(self._expire()),
            asyncio.create_task(_signalled()),
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in (introduction, *pending):
            task.cancel()
        await asyncio.gather(introduction, *pending, return_exceptions=True)
        await self._dispatcher.drain(_DRAIN_SECONDS)
        for task in done:
            task.result()

    async def _introduce(self) -> None:
        """Tell the platform the menu and the descriptions, in every language we have."""
        bot = self._application.bot
        try:
            for language in LOCALES:
                code = None if language == "en" else language
                commands = [(name, translate(language, what)) for name, what in texts.COMMANDS]
                await bot.set_my_commands(commands, language_code=code)
                await bot.set_my_description(translate(language, texts.DESCRIPTION), language_code=code)
                await bot.set_my_short_description(translate(language, texts.SHORT_DESCRIPTION), language_code=code)
        except TelegramError as error:  # questions can be answered without a menu
            log.warning("menu_not_set", kind=type(error).__name__)

    async def _take_up(self) -> None:
        """Queue what was received and not answered, and what was answered and not sent."""
        for message in await self._store.unsent():
            self._dispatcher.wake(message.chat_id)
        for row in await self._store.undone():
            self._dispatcher.add(row["chat_id"], row["update_id"], row["raw"])

    async def _work(self, chat_id: int, update_id: int, raw: dict[str, Any]) -> None:
        """Deal with one update: run its handler, commit what it says."""
        desk = Desk()
        DESK.set(desk)
        update = _readable(raw, self._application)
        if update is not None:
            typing = asyncio.create_task(self._type(chat_id, update))
            try:
                await self._application.process_update(update)
            finally:
                typing.cancel()
        await self._store.finish(update_id, chat_id, desk.outgoing, desk.turn)

    async def _type(self, chat_id: int, update: Update) -> None:
        """Show that somebody is at work; the signal lasts five seconds and is renewed until cancelled."""
        message = update.message
        if message is None or message.chat.type != message.chat.PRIVATE:
            return
        while True:
            await self._sender.signal("sendChatAction", {"chat_id": chat_id, "action": "typing"})
            await asyncio.sleep(_TYPING_SECONDS)

    async def _watch_index(self) -> None:
        """Switch to a new build between two questions; those under way finish on the old one."""
        while True:
            await asyncio.sleep(self._settings.index_check_seconds)
            try:
                fresh = await asyncio.to_thread(self._advisor.refreshed, self._settings)
                if fresh is self._advisor:
                    continue
                self._bot.browser = TopicBrowser(load_topics(self._settings.corpus_dir / "topics.yaml"), fresh)
            except (AdvisorError, OSError) as error:  # what we hold is good
                log.warning("index_not_switched", why=str(error))
                continue
            self._advisor = fresh
            self._bot.conversation = Conversation(fresh)
            log.info("index_switched", build=fresh.index.manifest.build)

    async def _expire(self) -> None:
        while True:
            try:
                await self._store.expire(self._settings.retention_days)
            except Exception as error:  # the database is away, say: the next round makes up for it
                log.error("expiry_failed", kind=type(error).__name__)
            await asyncio.sleep(_EXPIRY_SECONDS)


def _readable(raw: dict[str, Any], application: Telegram) -> Update | None:
    """The update as the library reads it; None for one that it cannot read, which must not stop the others."""
    try:
        return Update.de_json(raw, application.bot)
    except Exception as error:  # whatever it trips over
        log.warning("update_unreadable", update_id=raw.get("update_id"), kind=type(error).__name__)
        return None


async def _signalled() -> None:
    """Wait for SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


async def _connect(application: Telegram, settings: Settings) -> None:
    """Meet the platform, waiting for it a while: at the start of a machine the network may come late."""
    try:
        async for attempt in stamina.retry_context(
            on=_out_of_reach, attempts=None, timeout=_CONNECT_SECONDS, wait_initial=0.5, wait_max=10
        ):
            with attempt:
                await application.initialize()
    except InvalidToken as error:
        raise ChannelError("Telegram refuses the token; check ADVISOR_TELEGRAM_TOKEN") from error
    except TelegramError as error:
        raise AdvisorError(f"cannot reach {settings.telegram_base_url}: {type(error).__name__}") from error


def _out_of_reach(error: Exception) -> bool | float:
    if isinstance(error, InvalidToken) or not isinstance(error, TelegramError):
        return False
    log.warning("not_connected", kind=type(error).__name__)
    return seconds_of(error) if isinstance(error, RetryAfter) else True


async def run_bot(settings: Settings) -> None:
    """Run the bot until a signal stops it.

    Raises:
        ChannelError: The token is missing, misshapen or refused.
        AdvisorError: The index or the database cannot be opened, or the platform cannot be reached.
    """
    application = _application(settings)
    advisor = Advisor.open(settings)
    store = await Store.open(settings.database)
    try:
        await _connect(application, settings)
        try:
            await _Process(settings, advisor, store, application).run()
        finally:
            await application.shutdown()
    finally:
        await store.close()

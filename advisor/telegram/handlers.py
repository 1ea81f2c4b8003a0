"""The table of handlers, and what each does. A handler never sends: it puts its replies on the update's desk."""

from __future__ import annotations

import asyncio
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Chat, Message, MessageEntity, Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from advisor.answer import Answer, AnswerStatus
from advisor.chat import Conversation, Memory, TopicBrowser
from advisor.errors import InputError, OfficialError
from advisor.messages import translate
from advisor.official import Shelf
from advisor.store import Outgoing, Store, Turn
from advisor.telegram import keyboards, texts
from advisor.telegram.render import pack, render_answer, render_blocks, render_rule, text_unit

__all__ = ["DESK", "Bot", "Desk", "handlers"]

log = structlog.get_logger(__name__)

MORE_BUDGET = 2500
"""Characters of one helping of "more"."""


MOST_RULES = 3
"""`/rule` shows at most this many places at once."""

_LONGEST_CITATION = 300
_NO_TEXTS = "I have no official texts."


@dataclass
class Desk:
    """Where the replies to one update are put.

    Attributes:
        outgoing: What to send, in order.
        turn: The question and its answer, if it was a question.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    turn: Turn | None = None

    def say(self, message: Message, pages: list[str], keyboard: dict[str, Any] | None = None) -> None:
        """Reply to `message` with HTML pages; the first quotes it, the last bears the buttons."""
        for number, page in enumerate(pages):
            payload: dict[str, Any] = {
                "chat_id": message.chat_id,
                "text": page,
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            }
            if message.is_topic_message and message.message_thread_id:
                payload["message_thread_id"] = message.message_thread_id
            if number == 0:
                payload["reply_parameters"] = {
                    "message_id": message.message_id,
                    "allow_sending_without_reply": True,
                }
            if keyboard and number == len(pages) - 1:
                payload["reply_markup"] = keyboard
            self.outgoing.append(Outgoing("sendMessage", payload))


DESK: ContextVar[Desk] = ContextVar("desk")
"""The desk of the update that is being dealt with."""

Context = CallbackContext[Any, Any, Any, Any]


class Bot:
    """What the handlers work with.

    Args:
        conversation: Answers messages.
        browser: The topic tree.
        store: What was said before.
        retention_days: For the privacy notice.
        shelf: The official texts; None where the bot has none.
    """

    def __init__(
        self,
        conversation: Conversation,
        browser: TopicBrowser,
        store: Store,
        retention_days: int,
        shelf: Shelf | None = None,
    ) -> None:
        self.conversation = conversation
        self.browser = browser
        self.store = store
        self.retention_days = retention_days
        self.shelf = shelf

    async def start(self, update: Update, context: Context) -> None:
        """`/start`, also with a deep-link payload that names a topic (`visa_j1`) or carries nothing known."""
        message, language = _message(update), _language(update)
        pages = pack(
            [
                text_unit(translate(language, texts.START)),
                text_unit(translate(language, texts.NOTICE), gap=True),
            ]
        )
        DESK.get().say(message, pages)
        if update.effective_user:
            await self.store.greet(message.chat_id, update.effective_user.id)
        payload = context.args[0] if context.args else ""
        topic = payload.replace("_", ".")
        questions = self.browser.questions(topic)
        if questions:
            self._list_questions(message, topic, 0, None)

    async def help(self, update: Update, context: Context) -> None:
        """`/help`."""
        DESK.get().say(_message(update), pack([text_unit(translate(_language(update), texts.HELP))]))

    async def privacy(self, update: Update, context: Context) -> None:
        """`/privacy`."""
        text = translate(_language(update), texts.PRIVACY, days=self.retention_days)
        DESK.get().say(_message(update), pack([text_unit(text)]))

    async def forget(self, update: Update, context: Context) -> None:
        """`/forget`: delete what this person asked in this chat."""
        message, user = _message(update), update.effective_user
        await self.store.forget(message.chat_id, user.id if user else None)
        DESK.get().say(message, pack([text_unit(translate(_language(update), "What you asked here is deleted."))]))

    async def topics(self, update: Update, context: Context) -> None:
        """`/topics`: the first level of the tree."""
        entries = [(f"branch:{key}", title) for key, title in self.browser.branches()]
        text = translate(_language(update), "Choose a topic:")
        DESK.get().say(_message(update), pack([text_unit(text)]), keyboards.topic_list(entries, None, 0, "topics"))

    async def sources(self, update: Update, context: Context) -> None:
        """`/sources`: the sources of the last answer, each with how it was checked."""
        message, language = _message(update), _language(update)
        memory = await self._memory(message.chat_id, update)
        if memory is None or not memory.sources:
            DESK.get().say(message, pack([text_unit(translate(language, "There is no answer with sources yet."))]))
            return
        checked = {"seen": "read itself", "secondary": "read second-hand", "unverified": "not verified"}
        units = [
            text_unit(
                f"[{source.n}] {source.citation} — {source.publisher}"
                + (", " + translate(language, "as of {date}", date=source.as_of) if source.as_of else "")
                + f" ({translate(language, checked[source.checked])})\n{source.url}"
            )
            for source in memory.sources
        ]
        DESK.get().say(message, pack(units))

    async def rule(self, update: Update, context: Context) -> None:
        """`/rule 22 CFR 62.27(c)`: what an official text says, as it stands."""
        message, language = _message(update), _language(update)
        asked = " ".join(context.args or ())
        if not asked or len(asked) > _LONGEST_CITATION:
            DESK.get().say(message, pack([text_unit(translate(language, texts.RULE))]))
            return
        try:
            if self.shelf is None:
                raise OfficialError(_NO_TEXTS)
            rules = await asyncio.to_thread(self.shelf.show, asked)
        except (InputError, OfficialError) as error:
            told = str(error)
            if isinstance(error, InputError) and error.path:  # not the citation is at fault but our list of texts
                log.error("official_texts_unusable", why=told)
                told = _NO_TEXTS
            DESK.get().say(message, pack([text_unit(told)]))
            return
        DESK.get().say(message, [page for rule in rules[:MOST_RULES] for page in render_rule(rule, language)])

    async def more(self, update: Update, context: Context) -> None:
        """`/more`: what the last answer left out."""
        message = _message(update)
        turns = await self.store.last_turns(message.chat_id, _user_id(update))
        memory = _memory_of(turns[0]) if turns else None
        if memory is None or not memory.rest:
            DESK.get().say(
                message,
                pack([text_unit(translate(_language(update), "There is nothing more on the last answer."))]),
            )
            return
        await self._helping(message, memory, int(turns[0].message_id or 0), 0)

    async def question(self, update: Update, context: Context) -> None:
        """Any text: a question."""
        message, user = _message(update), update.effective_user
        text = _without_mention(message, context.bot.username)
        previous = await self._memory(message.chat_id, update)
        answer = await asyncio.to_thread(self.conversation.reply, text, previous, _language(update))
        desk = DESK.get()
        desk.say(
            message,
            await self._pages(answer, message, user.id if user else 0),
            self._buttons(answer, message),
        )
        desk.turn = Turn(
            chat_id=message.chat_id,
            user_id=user.id if user else None,
            message_id=message.message_id,
            question=text,
            answer=Memory.of(answer).model_dump(mode="json"),
            status=answer.status.value,
            build=answer.build,
        )
        log.info(
            "answered",
            status=answer.status.value,
            reason=answer.reason,
            language=answer.language,
            ms=answer.timing_ms,
        )

    async def wordless(self, update: Update, context: Context) -> None:
        """A picture, a voice message, a file: we read text only."""
        text = translate(_language(update), "I can read text only. Please write your question in words.")
        DESK.get().say(_message(update), pack([text_unit(text)]))

    async def button(self, update: Update, context: Context) -> None:
        """A pressed button; its query is answered whatever it was."""
        query = update.callback_query
        if query is None:
            return
        DESK.get().outgoing.append(Outgoing("answerCallbackQuery", {"callback_query_id": query.id}))
        if not isinstance(query.message, Message) or not query.data:
            return
        kind, _, rest = query.data.partition(":")
        known = {"more": self._more_pressed, "choice": self._choice_pressed, "show": self._show_pressed}
        if kind in known:
            await known[kind](query.message, rest, update)
        else:
            self._browse(query.message, kind, rest, update)

    async def _more_pressed(self, message: Message, rest: str, update: Update) -> None:
        asked, _, shown = rest.partition(":")
        turn = await self.store.turn_of(message.chat_id, int(asked))
        memory = _memory_of(turn) if turn else None
        if memory is None:
            DESK.get().say(
                message,
                pack([text_unit(translate(_language(update), "That answer is no longer kept. Please ask again."))]),
            )
            return
        await self._helping(message, memory, int(asked), int(shown))

    async def _helping(self, message: Message, memory: Memory, asked: int, shown: int) -> None:
        blocks, now_shown = self.conversation.more(memory, shown, MORE_BUDGET)
        left = now_shown < len(memory.rest)
        pages = render_blocks(blocks, memory.sources, memory.language)
        DESK.get().say(message, pages, keyboards.more(asked, now_shown, memory.language) if left else None)

    async def _choice_pressed(self, message: Message, rest: str, update: Update) -> None:
        asked, _, number = rest.partition(":")
        turn = await self.store.turn_of(message.chat_id, int(asked))
        memory = _memory_of(turn) if turn else None
        if memory and int(number) < len(memory.choices):
            self._show(message, memory.choices[int(number)], memory.language)

    async def _show_pressed(self, message: Message, rest: str, update: Update) -> None:
        topic, _, number = rest.partition(":")
        questions = self.browser.questions(topic)
        if number.isdigit() and int(number) < len(questions):
            self._show(message, questions[int(number)][0], _language(update))

    def _show(self, message: Message, passage: str, language: str) -> None:
        answer = self.conversation.advisor.show(passage, language)
        if answer:
            DESK.get().say(message, render_answer(answer, title=answer.question))

    def _browse(self, message: Message, kind: str, rest: str, update: Update) -> None:
        """Turn to another level or page of the tree, in the same message."""
        key, _, page = rest.partition(":")
        number = int(page) if page.isdigit() else 0
        if kind == "topics":
            entries = [(f"branch:{branch}", title) for branch, title in self.browser.branches()]
            keyboard = keyboards.topic_list(entries, None, int(key or 0), "topics")
        elif kind == "branch":
            entries = [(f"topic:{topic}", title) for topic, title in self.browser.leaves(key)]
            keyboard = keyboards.topic_list(entries, "topics:0", number, f"branch:{key}")
        elif kind == "topic":
            self._list_questions(message, key, number, message.message_id)
            return
        else:
            return
        self._turn(message, translate(_language(update), "Choose a topic:"), keyboard)

    def _list_questions(self, message: Message, topic: str, page: int, edit: int | None) -> None:
        questions = self.browser.questions(topic)
        start = page * keyboards.PAGE
        shown = questions[start : start + keyboards.PAGE]
        lines = [f"{number}. {title}" for number, (_, title) in enumerate(shown, start + 1)]
        text = "\n".join([self.browser.topics.titles.get(topic, topic), *lines])
        entries = [(f"show:{topic}:{number}", f"{number + 1}. {title}") for number, (_, title) in enumerate(questions)]
        keyboard = keyboards.topic_list(entries, f"branch:{topic.split('.')[0]}", page, f"topic:{topic}")
        if edit is None:
            DESK.get().say(message, pack([text_unit(text)]), keyboard)
        else:
            self._turn(message, text, keyboard)

    @staticmethod
    def _turn(message: Message, text: str, keyboard: dict[str, Any]) -> None:
        payload = {
            "chat_id": message.chat_id,
            "message_id": message.message_id,
            "text": text,
            "reply_markup": keyboard,
        }
        DESK.get().outgoing.append(Outgoing("editMessageText", payload))

    async def _memory(self, chat_id: int, update: Update) -> Memory | None:
        turns = await self.store.last_turns(chat_id, _user_id(update))
        return _memory_of(turns[0]) if turns else None

    async def _pages(self, answer: Answer, message: Message, user_id: int) -> list[str]:
        """The pages of an answer, with the notice on legal advice below the first of a conversation."""
        first = answer.status is AnswerStatus.ANSWERED and await self.store.greet(message.chat_id, user_id)
        return render_answer(answer, notice=translate(answer.language, texts.NOTICE) if first else None)

    def _buttons(self, answer: Answer, message: Message) -> dict[str, Any] | None:
        if answer.choices:
            passages = {passage.id: passage.title for passage in answer.passages}
            return keyboards.choices(message.message_id, [passages.get(choice, choice) for choice in answer.choices])
        if answer.rest:
            return keyboards.more(message.message_id, 0, answer.language)
        return None


async def sorry(update: object, context: Context) -> None:
    """A handler failed: say something kind, log what kind of failure it was and no word of what was written."""
    error = context.error
    log.error("handler_failed", kind=type(error).__name__, where=_where(error))
    if isinstance(update, Update) and isinstance(update.effective_message, Message):
        desk = DESK.get()
        desk.outgoing[:] = [call for call in desk.outgoing if call.method == "answerCallbackQuery"]
        desk.say(update.effective_message, pack([text_unit(translate(_language(update), texts.SORRY))]))


def _where(error: BaseException | None) -> str:
    """File and line of the innermost frame, which hold no text of a user."""
    trace = error.__traceback__ if error else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"


def _message(update: Update) -> Message:
    message = update.effective_message
    if message is None:  # the table lets no such update through
        raise TypeError("an update without a message")
    return message


def _user_id(update: Update) -> int | None:
    return update.effective_user.id if update.effective_user else None


def _language(update: Update) -> str:
    code = update.effective_user.language_code if update.effective_user else None
    return (code or "en").split("-")[0].lower()


def _memory_of(turn: Turn) -> Memory | None:
    return Memory.model_validate(turn.answer) if turn.answer else None


def _without_mention(message: Message, username: str) -> str:
    text = message.text or message.caption or ""
    return re.sub(rf"@{re.escape(username)}(?!\w)", " ", text, flags=re.IGNORECASE).strip()


class _Addressed(filters.MessageFilter):
    """In a group: the message mentions the bot or replies to it. Elsewhere: always."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        super().__init__()
        self._application = application

    def filter(self, message: Message) -> bool:
        if message.chat.type == Chat.PRIVATE:
            return True
        bot = self._application.bot
        replied = message.reply_to_message
        if replied and replied.from_user and replied.from_user.id == bot.id:
            return True
        mentions = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities(
            [MessageEntity.MENTION]
        )
        return any(name.casefold() == f"@{bot.username}".casefold() for name in mentions.values())


def handlers(bot: Bot, application: Application[Any, Any, Any, Any, Any, Any]) -> list[BaseHandler[Update, Any, None]]:
    """The table: the first handler that fits an update gets it, so the order matters."""
    new = filters.UpdateType.MESSAGE  # an edited message is not a second question
    addressed = _Addressed(application)
    return [
        CommandHandler("start", bot.start, filters=new),
        CommandHandler("help", bot.help, filters=new),
        CommandHandler("topics", bot.topics, filters=new),
        CommandHandler("more", bot.more, filters=new),
        CommandHandler("sources", bot.sources, filters=new),
        CommandHandler("rule", bot.rule, filters=new),
        CommandHandler("privacy", bot.privacy, filters=new),
        CommandHandler("forget", bot.forget, filters=new),
        CallbackQueryHandler(bot.button),
        # A command that is none of ours still deserves the list of those that are, where it was meant for us.
        MessageHandler(new & filters.COMMAND & filters.ChatType.PRIVATE, bot.help),
        MessageHandler(new & (filters.TEXT | filters.CAPTION) & ~filters.COMMAND & addressed, bot.question),
        MessageHandler(new & ~filters.StatusUpdate.ALL & filters.ChatType.PRIVATE, bot.wordless),
    ]

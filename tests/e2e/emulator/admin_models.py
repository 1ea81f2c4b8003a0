"""The bodies of requests to the admin side; unknown keys are refused."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ORIGIN_FIELDS = {
    "user": ("date", "sender_user"),
    "hidden_user": ("date", "sender_user_name"),
    "chat": ("date", "sender_chat"),
    "channel": ("date", "chat", "message_id"),
}

Standing = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid")


class NewBot(Body):
    """A bot account; the number before the colon of the token is its user id."""

    token: str
    first_name: str = "Test bot"
    username: str | None = None
    privacy_mode: bool = True


class BotChange(Body):
    """Switches of a bot that only its owner has."""

    privacy_mode: bool | None = None
    webhook_delay: float | None = Field(default=None, gt=0, description="seconds before a failed post is repeated")


class NewUser(Body):
    """A person; the private chat with the bot is opened at the same time."""

    id: int | None = Field(default=None, gt=0)
    first_name: str = "Test"
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"


class NewChat(Body):
    """A group, supergroup or channel."""

    id: int | None = Field(default=None, lt=0)
    type: Literal["group", "supergroup", "channel"] = "group"
    title: str = "Test group"
    username: str | None = None
    is_forum: bool = False
    bot_status: Standing = "member"
    members: dict[int, Standing] = {}


class NewTopic(Body):
    """A forum topic."""

    user_id: int
    name: str


class Membership(Body):
    """The standing of a user in a chat."""

    user_id: int
    status: Standing = "member"


class BotStanding(Body):
    """The standing of the bot in a chat; in a private chat `kicked` means blocked."""

    user_id: int
    status: Standing


class NewDocument(Body):
    """A text file that a user sends."""

    name: str
    text: str
    mime_type: str = "text/plain"


class NewMessage(Body):
    """What a user writes. Commands, mentions and addresses are marked up by themselves."""

    user_id: int | None = None
    text: str | None = None
    entities: list[dict[str, Any]] = []
    reply_to: int | None = None
    thread_id: int | None = None
    date: int | None = None
    forward_origin: dict[str, Any] | None = None
    document: NewDocument | None = None
    content: dict[str, Any] = Field(default={}, description="other fields of Message, such as photo or sticker")

    @model_validator(mode="after")
    def _known_origin(self) -> Self:
        if self.forward_origin is not None:
            kind = self.forward_origin.get("type")
            if kind not in ORIGIN_FIELDS:
                raise ValueError(f"forward_origin.type is one of {', '.join(ORIGIN_FIELDS)}")
            missing = [name for name in ORIGIN_FIELDS[kind] if name not in self.forward_origin]
            if missing:
                raise ValueError(f"forward_origin of a {kind} lacks {', '.join(missing)}")
        return self


class Edit(Body):
    """A user's correction."""

    text: str


class Press(Body):
    """A press of an inline button, named by its data or its text.

    `force` presses a button that is not there any more; `inaccessible` shows the bot only an inaccessible
    message.
    """

    user_id: int
    chat_id: int
    message_id: int
    data: str | None = None
    text: str | None = None
    force: bool = False
    inaccessible: bool = False


class NextId(Body):
    """A new number for the next update, lower or higher: Telegram renumbers after a week without updates."""

    next_id: int = Field(gt=0)

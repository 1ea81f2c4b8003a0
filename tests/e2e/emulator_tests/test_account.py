"""What a bot says about itself, and what it learns about chats."""

from typing import Any

import pytest

from tests.e2e.emulator import AdminClient

from .conftest import BotApi

COMMANDS = [{"command": "start", "description": "Begin"}, {"command": "help", "description": "Help"}]


async def test_commands_are_kept_per_scope_and_language(telegram: AdminClient, api: BotApi) -> None:
    groups = {"type": "all_group_chats"}
    await api.ok("setMyCommands", commands=COMMANDS)
    await api.ok("setMyCommands", commands=COMMANDS[:1], scope=groups, language_code="de")

    assert await api.ok("getMyCommands") == COMMANDS
    assert await api.ok("getMyCommands", scope={"type": "default"}) == COMMANDS
    assert await api.ok("getMyCommands", scope=groups) == []
    assert await api.ok("getMyCommands", scope=groups, language_code="de") == COMMANDS[:1]
    assert len((await telegram.overview())["commands"]) == 2

    await api.ok("deleteMyCommands")
    assert await api.ok("getMyCommands") == []


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a" * 33, "description": "x"}]}, "command length must not exceed 32"),
        ({"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
        ({"commands": [{"command": "a", "description": " "}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "a"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ({"commands": ["a"]}, "can't parse BotCommand: expected an Object"),
        ({"commands": COMMANDS * 51}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "{}"}, "expected an Array of BotCommand"),
        ({"scope": {"type": "moon"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"language_code": "english"}, "invalid language code specified"),
    ],
)
async def test_commands_that_are_refused(api: BotApi, params: dict[str, Any], error: str) -> None:
    refusal = await api.refused("setMyCommands", **{"commands": COMMANDS, **params})

    assert refusal == f"400 Bad Request: {error}"


async def test_texts_fall_back_to_those_without_language(api: BotApi) -> None:
    await api.ok("setMyDescription", description="Answers questions")
    await api.ok("setMyDescription", description="Beantwortet Fragen", language_code="de")
    await api.ok("setMyShortDescription", short_description="Answers")
    await api.ok("setMyName", name="Adviser")

    assert await api.ok("getMyDescription") == {"description": "Answers questions"}
    assert await api.ok("getMyDescription", language_code="de") == {"description": "Beantwortet Fragen"}
    assert await api.ok("getMyDescription", language_code="fr") == {"description": "Answers questions"}
    assert await api.ok("getMyShortDescription") == {"short_description": "Answers"}
    assert await api.ok("getMyName") == {"name": "Adviser"}
    await api.ok("setMyDescription", description="", language_code="de")
    assert await api.ok("getMyDescription", language_code="de") == {"description": "Answers questions"}


async def test_texts_have_limits(api: BotApi) -> None:
    refusal = await api.refused("setMyShortDescription", short_description="x" * 121)

    assert refusal == "400 Bad Request: BOT_SHORT_DESCRIPTION_TOO_LONG"


async def test_chats_and_members(telegram: AdminClient, api: BotApi) -> None:
    owner, guest = await telegram.add_user(), await telegram.add_user()
    group = await telegram.add_chat(
        type="supergroup", title="Seminar", username="seminar", members={owner["id"]: "creator"}
    )

    chat = await api.ok("getChat", chat_id="@seminar")
    statuses = [
        (await api.ok("getChatMember", chat_id=group["id"], user_id=user["id"]))["status"] for user in (owner, guest)
    ]
    administrators = await api.ok("getChatAdministrators", chat_id=group["id"])

    assert (chat["id"], chat["title"], chat["type"]) == (group["id"], "Seminar", "supergroup")
    assert statuses == ["creator", "left"]
    assert [member["user"] for member in administrators] == [owner]
    assert await api.ok("getChatMemberCount", chat_id=group["id"]) == 2
    await telegram.set_member(group["id"], guest["id"], "administrator")
    assert len(await api.ok("getChatAdministrators", chat_id=group["id"])) == 2
    refusal = await api.refused("getChatMember", chat_id=group["id"], user_id=1)
    assert refusal == "400 Bad Request: user not found"
    private = await api.refused("getChatAdministrators", chat_id=owner["id"])
    assert private == "400 Bad Request: there are no administrators in the private chat"


async def test_leaving_the_server_is_noted(telegram: AdminClient, api: BotApi) -> None:
    assert await api.ok("logOut") is True
    assert await api.ok("close") is True

    assert [event["kind"] for event in await telegram.events()] == ["log_out", "close"]

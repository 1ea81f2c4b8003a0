"""How a call comes in and what a refusal looks like; faults and limits."""

import httpx
import pytest

from tests.e2e.emulator import AdminClient, AdminRequestError, NotHappenedError
from tests.e2e.emulator.limits import Limits, RateLimiter
from tests.e2e.emulator.methods import METHODS
from tests.e2e.emulator.params import Params
from tests.e2e.emulator.state import Bot

from .conftest import BotApi


@pytest.fixture
async def chat_id(telegram: AdminClient) -> int:
    """A private chat."""
    return int((await telegram.add_user())["id"])


async def test_parameters_come_as_query_form_json_or_multipart(
    telegram: AdminClient, api: BotApi, chat_id: int
) -> None:
    text = {"chat_id": str(chat_id), "text": "é <b>"}

    answers = [
        await api.http.get("sendMessage", params=text),
        await api.http.post("sendMessage", params=text),
        await api.http.post("SENDMESSAGE", data=text),
        await api.http.post("sendmessage", json={"chat_id": chat_id, "text": "é <b>"}),
        await api.http.post("sendMessage", data=text, files={"unused": b"x"}),
    ]

    assert [answer.json()["result"]["text"] for answer in answers] == ["é <b>"] * 5
    assert {call["method"] for call in await telegram.calls()} == {"sendMessage"}


async def test_nested_values_may_be_json_in_a_form_or_native(api: BotApi, chat_id: int) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}
    body = {"chat_id": chat_id, "text": "x", "reply_markup": keyboard}

    native = (await api.http.post("sendMessage", json=body)).json()["result"]
    encoded = await api.ok("sendMessage", chat_id=chat_id, text="x", reply_markup=keyboard)

    assert native["reply_markup"] == encoded["reply_markup"] == keyboard


async def test_unknown_tokens_methods_and_paths_are_refused(telegram: AdminClient, api: BotApi) -> None:
    async with httpx.AsyncClient(base_url=telegram.url, trust_env=False) as http:
        token = await http.get("/bot1:unknown/getMe")
        path = await http.get("/somewhere")

    assert (token.status_code, token.json()["description"]) == (401, "Unauthorized")
    assert (path.status_code, path.json()["description"]) == (404, "Not Found")
    assert await api.refused("sendRocket") == "404 Not Found: method not found"


async def test_broken_bodies_are_refused(api: BotApi) -> None:
    json_type = {"content-type": "application/json"}

    for body, reason in (
        (b"{", "can't parse request JSON object"),
        (b"[]", "object expected as request JSON"),
    ):
        answer = (await api.http.post("getMe", content=body, headers=json_type)).json()
        assert answer["description"] == f"Bad Request: {reason}"


async def test_get_me_has_the_fields_of_a_bot(telegram: AdminClient, api: BotApi) -> None:
    me = await api.ok("getMe")

    assert me["id"] == int(telegram.token.partition(":")[0])
    assert me["is_bot"] is True
    assert me["can_read_all_group_messages"] is False
    assert me["username"]


async def test_calls_are_recorded_with_their_time_and_outcome(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    await api.ok("sendMessage", chat_id=chat_id, text="x")
    await api.refused("sendMessage", chat_id=chat_id, text="")

    good, bad = await telegram.calls("sendMessage")

    assert good["params"] == {"chat_id": str(chat_id), "text": "x"}
    assert good["started"] <= good["finished"] <= bad["started"]
    assert (good["status"], bad["status"]) == (200, 400)
    assert bad["error"] == "Bad Request: message text is empty"


async def test_flood_faults_hit_the_next_calls_and_then_it_works_again(
    telegram: AdminClient, api: BotApi, chat_id: int
) -> None:
    await telegram.add_fault("too_many_requests", method="send*", count=2, retry_after=7)

    answers = [await api.raw("sendMessage", chat_id=chat_id, text="x") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert answers[0].headers["retry-after"] == "7"
    assert len(await telegram.messages(chat_id)) == 1


async def test_server_errors_come_as_json_or_from_a_gateway(telegram: AdminClient, api: BotApi) -> None:
    await telegram.add_fault("status", method="getMe")
    await telegram.add_fault("status", method="getMe", status=502)

    server, gateway = await api.raw("getMe"), await api.raw("getMe")

    assert (server.status_code, server.json()["error_code"]) == (500, 500)
    assert (gateway.status_code, gateway.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert await telegram.waiting_faults() == []


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_connection_may_lose_the_call_or_only_its_answer(
    telegram: AdminClient, api: BotApi, chat_id: int, after: bool
) -> None:
    await telegram.add_fault("drop", method="sendMessage", after=after)

    with pytest.raises(httpx.RemoteProtocolError):
        await api.raw("sendMessage", chat_id=chat_id, text="x")

    assert len(await telegram.messages(chat_id)) == int(after)
    assert (await telegram.calls("sendMessage"))[0]["fault"] == "drop"


async def test_an_answer_may_be_broken_although_the_message_was_sent(
    telegram: AdminClient, api: BotApi, chat_id: int
) -> None:
    await telegram.add_fault("broken_json", method="sendMessage", after=True)

    answer = await api.raw("sendMessage", chat_id=chat_id, text="x")

    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()
    assert len(await telegram.messages(chat_id)) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_a_bot_may_lose_patience_with_a_delayed_call(
    telegram: AdminClient, api: BotApi, chat_id: int, after: bool
) -> None:
    await telegram.add_fault("delay", method="sendMessage", seconds=5, after=after)
    impatient = httpx.Timeout(20, read=0.05)

    with pytest.raises(httpx.ReadTimeout):
        await api.http.post("sendMessage", data={"chat_id": str(chat_id), "text": "x"}, timeout=impatient)

    await telegram.wait_calls("sendMessage")
    assert len(await telegram.messages(chat_id)) == int(after)


async def test_a_delayed_call_works_in_the_end(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    await telegram.add_fault("delay", method="sendMessage", seconds=0.01)

    await api.ok("sendMessage", chat_id=chat_id, text="x")

    assert [call["fault"] for call in await telegram.calls("sendMessage")] == ["delay"]


async def test_faults_can_be_for_one_chat_and_later_calls(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    other = (await telegram.add_user())["id"]
    await telegram.add_fault("status", chat_id=chat_id, skip=1)

    statuses = [
        (await api.raw("sendMessage", chat_id=where, text="x")).status_code
        for where in (other, chat_id, other, chat_id, chat_id)
    ]

    assert statuses == [200, 200, 200, 500, 200]


async def test_faults_can_be_cancelled(telegram: AdminClient, api: BotApi) -> None:
    await telegram.add_fault("status", count=5)
    await telegram.clear_faults()

    assert await api.ok("getMe")


async def test_a_bot_over_a_limit_is_silenced(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    await telegram.set_limits(chat_per_second=2)
    for _ in range(2):
        await api.ok("sendMessage", chat_id=chat_id, text="x")

    assert await api.refused("sendMessage", chat_id=chat_id, text="x") == ("429 Too Many Requests: retry after 1")
    assert await api.ok("sendChatAction", chat_id=chat_id, action="typing")


def test_limits_slide_and_groups_have_their_own() -> None:
    now = 0.0
    limiter = RateLimiter(lambda: now)
    limiter.limits = Limits(overall_per_second=2, group_per_minute=2)

    assert [limiter.check("sendmessage", "1") for _ in range(3)] == [0, 0, 1]
    now = 0.5
    assert limiter.check("sendmessage", "1") == 1
    now = 1.0
    assert [limiter.check("sendmessage", "-5") for _ in range(2)] == [0, 0]
    now = 2.0
    assert limiter.check("editmessagetext", "-5") == 59
    now = 61.0
    assert limiter.check("sendmessage", "-5") == 0


async def test_what_makes_no_sense_to_the_admin_side_is_refused(telegram: AdminClient, chat_id: int) -> None:
    with pytest.raises(AdminRequestError, match="no chat 77"):
        await telegram.say(77, "x")
    with pytest.raises(AdminRequestError, match="nick: Extra inputs"):
        await telegram.add_user(nick="x")
    with pytest.raises(AdminRequestError, match="already a user"):
        await telegram.add_user(id=chat_id)
    with pytest.raises(AdminRequestError, match="already a bot"):
        await telegram.create_bot()
    async with AdminClient(telegram.url, "nonsense") as client:
        with pytest.raises(AdminRequestError, match="looks like 123456:secret"):
            await client.create_bot()


async def test_what_does_not_happen_is_reported(telegram: AdminClient, chat_id: int) -> None:
    with pytest.raises(NotHappenedError, match="0 of 1 events of kind message"):
        await telegram.wait_messages(chat_id, within=0)
    with pytest.raises(NotHappenedError, match="0 of 1 calls of getMe"):
        await telegram.wait_calls("getMe", within=0)
    await telegram.say(chat_id, "x")
    with pytest.raises(NotHappenedError, match="1 updates are still unconfirmed"):
        await telegram.wait_confirmed(within=0)


async def test_reset_forgets_the_world_but_not_the_account(telegram: AdminClient, api: BotApi, chat_id: int) -> None:
    await telegram.say(chat_id, "x")
    await telegram.add_fault("status", count=9)

    await telegram.reset()

    assert (await telegram.overview())["chats"] == []
    assert await api.ok("getUpdates") == []


async def test_a_mistake_of_the_emulator_itself_is_seen(
    telegram: AdminClient, api: BotApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(bot: Bot, args: Params) -> None:
        raise KeyError("no such thing")

    monkeypatch.setitem(METHODS, "getme", ("getMe", broken))

    answer = await api.raw("getMe")

    assert answer.status_code == 500
    assert answer.json()["error"] == "the emulator failed: KeyError('no such thing')"
    assert [record.message for record in caplog.records] == [f"the emulator failed at /bot{telegram.token}/getMe"]

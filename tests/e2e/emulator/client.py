"""The admin side in Python, for tests and for the chat client."""

from types import TracebackType
from typing import Any, Self

import httpx

from .updates import Json

# How much longer than its own waiting time an answer of the server may take.
SLACK = 10.0


class AdminRequestError(Exception):
    """The emulator answered that a request makes no sense; the text says why."""


class NotHappenedError(AssertionError):
    """What a test waited for did not happen in time."""


class AdminClient:
    """Plays the people around one bot and watches what the bot does.

    Args:
        url: address of the emulator, such as `http://127.0.0.1:8081`.
        token: the bot; created by `create_bot` when it is new.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        # Plain HTTP on loopback: reading the certificate store would be the slowest part of most tests.
        self._http = httpx.AsyncClient(base_url=f"{url}/admin/bots", timeout=SLACK, trust_env=False, verify=False)

    @property
    def base_url(self) -> str:
        """What the bot must use in place of `https://api.telegram.org/bot`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What the bot must use in place of `https://api.telegram.org/file/bot`."""
        return f"{self.url}/file/bot"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # The bot's account

    async def list_bots(self) -> list[Json]:
        """Return tokens and accounts of all bots."""
        bots: list[Json] = await self._request("GET", "", of_bot=False)
        return bots

    async def create_bot(self, *, username: str | None = None, privacy_mode: bool = True) -> Json:
        """Create the bot account of this client's token; returns its User object."""
        body = {"token": self.token, "username": username, "privacy_mode": privacy_mode}
        return await self._object("POST", "", body, of_bot=False)

    async def remove_bot(self) -> None:
        """Delete the account: its token is unknown from now on."""
        await self._request("DELETE", "")

    async def change_bot(self, **changes: Any) -> None:
        """Set `privacy_mode` or `webhook_delay` (seconds before a failed post is repeated)."""
        await self._request("PATCH", "", changes)

    async def reset(self) -> None:
        """Forget users, chats, faults and history of the bot."""
        await self._request("POST", "/reset")

    async def overview(self) -> Json:
        """Return account, profile, commands, webhook and counters."""
        return await self._object("GET", "")

    # People and places

    async def add_user(self, **fields: Any) -> Json:
        """Create a user together with the private chat, whose id is the user's; see `NewUser`."""
        return await self._object("POST", "/users", fields)

    async def add_chat(self, **fields: Any) -> Json:
        """Create a group, supergroup or channel; see `NewChat`."""
        return await self._object("POST", "/chats", fields)

    async def add_topic(self, chat_id: int, user_id: int, name: str) -> int:
        """Open a forum topic; returns its thread id."""
        topic = await self._object("POST", f"/chats/{chat_id}/topics", {"user_id": user_id, "name": name})
        return int(topic["thread_id"])

    async def set_member(self, chat_id: int, user_id: int, status: str = "member") -> None:
        """Set the standing of a user in a chat."""
        await self._request("POST", f"/chats/{chat_id}/members", {"user_id": user_id, "status": status})

    async def set_bot_status(self, chat_id: int, user_id: int, status: str) -> None:
        """Let a user change the bot's standing in a chat; `kicked` in a private chat means blocked."""
        await self._request("POST", f"/chats/{chat_id}/bot_status", {"user_id": user_id, "status": status})

    # What people do

    async def say(self, chat_id: int, text: str | None = None, **fields: Any) -> Json:
        """Write into a chat; in a group `user_id` says who. See `NewMessage`. Returns the message."""
        posted = await self.post(chat_id, text, **fields)
        message: Json = posted["message"]
        return message

    async def post(self, chat_id: int, text: str | None = None, **fields: Any) -> Json:
        """Like `say`, but returns `{"message", "update_id"}`; the id is null when the bot is not told."""
        return await self._object("POST", f"/chats/{chat_id}/messages", {"text": text, **fields})

    async def edit(self, chat_id: int, message_id: int, text: str) -> Json:
        """Correct a user's message; returns it."""
        edited = await self._object("PATCH", f"/chats/{chat_id}/messages/{message_id}", {"text": text})
        message: Json = edited["message"]
        return message

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message as a user."""
        await self._request("DELETE", f"/chats/{chat_id}/messages/{message_id}")

    async def press(self, message: Json, user_id: int, **fields: Any) -> str:
        """Press a button, named by `data` or `text`; see `Press`. Returns the callback query's id."""
        body = {"chat_id": message["chat"]["id"], "message_id": message["message_id"], "user_id": user_id}
        pressed = await self._object("POST", "/callbacks", body | fields)
        return str(pressed["callback_query_id"])

    async def expire(self, callback_query_id: str) -> None:
        """Let a callback query become too old to be answered."""
        await self._request("POST", f"/callbacks/{callback_query_id}/expire")

    async def inject(self, kind: str, content: Json) -> int | None:
        """Queue an update of any kind as it is; returns its id, None when the bot does not want this kind."""
        injected = await self._object("POST", "/updates", {kind: content})
        update_id: int | None = injected["update_id"]
        return update_id

    async def renumber_updates(self, next_id: int) -> None:
        """Give the next update this id, as Telegram may after a week of silence."""
        await self._request("PUT", "/updates/next_id", {"next_id": next_id})

    # Trouble

    async def add_fault(self, kind: str, **fields: Any) -> None:
        """Order a fault; see `Fault`."""
        await self._request("POST", "/faults", {"kind": kind, **fields})

    async def waiting_faults(self) -> list[Json]:
        """Return the faults that have not hit yet."""
        faults: list[Json] = await self._request("GET", "/faults")
        return faults

    async def clear_faults(self) -> None:
        """Cancel all faults."""
        await self._request("DELETE", "/faults")

    async def set_limits(self, **limits: int) -> None:
        """Switch rate limits on; see `Limits`. Without arguments they are off."""
        await self._request("PUT", "/limits", limits)

    # What the bot did

    async def messages(self, chat_id: int, *, by_bot: bool = False) -> list[Json]:
        """Return the messages of a chat as they stand now, edits included, oldest first."""
        query = {"by": "bot"} if by_bot else {}
        messages: list[Json] = await self._request("GET", f"/chats/{chat_id}/messages", query=query)
        return messages

    async def wait_messages(self, chat_id: int, count: int = 1, *, after: int = 0, within: float = 10) -> list[Json]:
        """Wait until the bot has sent `count` messages to a chat; returns them as they were sent.

        Raises:
            NotHappenedError: there were fewer when the time was up.
        """
        events = await self.wait_events("message", count, chat_id=chat_id, after=after, within=within)
        return [event["message"] for event in events]

    async def wait_events(
        self,
        kind: str,
        count: int = 1,
        *,
        chat_id: int | None = None,
        after: int = 0,
        within: float = 10,
    ) -> list[Json]:
        """Wait for events: message, edit, delete, action, draft, reaction, callback_answer, inline_answer …

        Args:
            kind: one kind, or several with commas.
            count: how many are needed.
            chat_id: only those of this chat.
            after: only those after this event, see `last_event`.
            within: seconds.

        Returns:
            All that there are, so possibly more than `count`.

        Raises:
            NotHappenedError: there were fewer when the time was up.
        """
        events = await self.events(kind, count, chat_id=chat_id, after=after, within=within)
        if len(events) < count:
            raise NotHappenedError(f"{len(events)} of {count} events of kind {kind} after {within} s: {events}")
        return events

    async def events(
        self,
        kind: str = "",
        count: int = 0,
        *,
        chat_id: int | None = None,
        after: int = 0,
        within: float = 0,
    ) -> list[Json]:
        """Return events, waiting for `count` of them at most `within` seconds."""
        query = {"kind": kind, "after": after, "count": count, "within": within}
        if chat_id is not None:
            query["chat_id"] = chat_id
        events: list[Json] = await self._request("GET", "/events", query=query, wait=within)
        return events

    async def last_event(self) -> int:
        """Return the number of the newest event, for `after`."""
        return int((await self.overview())["last_event"])

    async def calls(self, method: str = "", *, after: int = 0) -> list[Json]:
        """Return the calls of a method (several with commas) or of all."""
        calls: list[Json] = await self._request("GET", "/calls", query={"method": method, "after": after})
        return calls

    async def wait_calls(self, method: str, count: int = 1, *, after: int = 0, within: float = 10) -> list[Json]:
        """Wait until a method was called `count` times, successful or not.

        Raises:
            NotHappenedError: there were fewer calls when the time was up.
        """
        query = {"method": method, "after": after, "count": count, "within": within}
        calls: list[Json] = await self._request("GET", "/calls", query=query, wait=within)
        if len(calls) < count:
            raise NotHappenedError(f"{len(calls)} of {count} calls of {method} after {within} s")
        return calls

    async def pending(self) -> list[Json]:
        """Return the updates that the bot has not confirmed."""
        updates: list[Json] = await self._request("GET", "/pending")
        return updates

    async def wait_confirmed(self, *, at_most: int = 0, within: float = 10) -> None:
        """Wait until no more than `at_most` updates are unconfirmed.

        Raises:
            NotHappenedError: there are more when the time is up.
        """
        query = {"at_most": at_most, "within": within}
        updates: list[Json] = await self._request("GET", "/pending", query=query, wait=within)
        if len(updates) > at_most:
            raise NotHappenedError(f"{len(updates)} updates are still unconfirmed after {within} s")

    async def callback_answer(self, callback_query_id: str, within: float = 10) -> Json:
        """Wait for the answer to a pressed button.

        Raises:
            NotHappenedError: the bot did not answer in time.
        """
        return await self._answer(f"/callbacks/{callback_query_id}", within)

    async def inline_answer(self, inline_query_id: str, within: float = 10) -> Json:
        """Wait for the answer to an injected inline query.

        Raises:
            NotHappenedError: the bot did not answer in time.
        """
        return await self._answer(f"/inline_queries/{inline_query_id}", within)

    async def _answer(self, path: str, within: float) -> Json:
        answer: Json | None = await self._request("GET", path, query={"within": within}, wait=within)
        if answer is None:
            raise NotHappenedError(f"no answer after {within} s")
        return answer

    async def _object(self, method: str, path: str, body: Json | None = None, *, of_bot: bool = True) -> Json:
        answer: Json = await self._request(method, path, body, of_bot=of_bot)
        return answer

    async def _request(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: Json | None = None,
        wait: float = 0,
        of_bot: bool = True,
    ) -> Any:
        url = f"{self.url}/admin/bots" + (f"/{self.token}{path}" if of_bot else path)
        response = await self._http.request(method, url, json=body, params=query, timeout=wait + SLACK)
        answer = response.json()
        if response.is_error:
            raise AdminRequestError(answer.get("error", response.text))
        return answer

"""The ways in which the Bot API refuses a call, worded as Telegram words them."""

from typing import Any

REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class ApiError(Exception):
    """A call that the Bot API answers with `ok: false`.

    Args:
        code: HTTP status and `error_code` of the answer.
        description: the sentence after the reason phrase; None for the bare phrase.
        retry_after: seconds to wait, only with 429.
    """

    def __init__(self, code: int, description: str | None = None, retry_after: int | None = None) -> None:
        reason = REASONS[code]
        self.code = code
        self.description = f"{reason}: {description}" if description else reason
        self.retry_after = retry_after
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """Return the JSON object that the caller receives."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class AdminError(Exception):
    """A request to the admin side that makes no sense, such as one naming an unknown chat."""


def bad_request(description: str) -> ApiError:
    """Return a 400; the first letter is lowered as the real server does, but not in names like `BUTTON_X`."""
    if not (description[1] == "_" or description[1].isupper()):
        description = description[0].lower() + description[1:]
    return ApiError(400, description)


def too_many_requests(retry_after: int) -> ApiError:
    """Return the 429 that tells the bot to be silent for `retry_after` seconds."""
    return ApiError(429, f"retry after {retry_after}", retry_after)

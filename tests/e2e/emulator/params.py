"""Reading the parameters of a Bot API call, whichever way they were sent."""

import json
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from .errors import bad_request

TRUE_WORDS = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    mime_type: str
    content: bytes


class Params:
    """Parameters of one call: text from forms and queries, native values from JSON bodies.

    Args:
        values: parameter name to string or JSON value.
        files: part name to uploaded file.
    """

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str) -> str:
        """Return the parameter as text, empty when it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """Return the parameter as an integer, clamped; what cannot be read counts as missing."""
        try:
            value = int(self.text(name))
        except ValueError:
            value = default
        value = value if low is None else max(low, value)
        return value if high is None else min(high, value)

    def flag(self, name: str) -> bool:
        """Return the parameter as a truth value: `true`, `yes` and `1` count as true."""
        return self.text(name).lower() in TRUE_WORDS

    def json(self, name: str) -> Any:
        """Return a nested parameter decoded, None when it is missing or empty.

        Raises:
            ValueError: it is text that is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        return json.loads(value) if value else None


async def read_params(request: Request) -> Params:
    """Collect query, form and JSON parameters of a request; the body wins over the query.

    Raises:
        ApiError: 400 when the body is not what its content type says.
    """
    values: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return Params(values)
    if kind == "application/json":
        try:
            decoded = json.loads(body)
        except ValueError:
            raise bad_request("can't parse request JSON object") from None
        if not isinstance(decoded, dict):
            raise bad_request("object expected as request JSON")
        return Params(values | decoded)
    if kind == "multipart/form-data":
        fields, files = _read_multipart(content_type, body)
        return Params(values | fields, files)
    return Params(values | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))


def _read_multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    # The standard library's MIME parser reads multipart bodies as they are; a form library would do no more
    # here.
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise bad_request("can't parse multipart body")
        file_name = part.get_filename()
        if file_name is None:
            fields[name] = content.decode("utf-8", "replace")
        else:
            files[name] = Upload(file_name, part.get_content_type(), content)
    return fields, files

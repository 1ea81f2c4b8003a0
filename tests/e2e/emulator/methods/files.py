"""Files: what is uploaded can be downloaded again."""

from itertools import count

from ..errors import bad_request
from ..params import Params
from ..state import Bot, StoredFile
from ..updates import Json
from .registry import method

ATTACHED = "attach://"
_numbers = count(1)


@method("getFile")
async def get_file(bot: Bot, args: Params) -> Json:
    """Return where a file can be downloaded, below `/file/bot<token>/`."""
    stored = bot.files.get(args.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def store_file(bot: Bot, name: str, mime_type: str, content: bytes) -> StoredFile:
    """Keep a file under a new id."""
    stored = StoredFile(f"file-{next(_numbers)}", name, mime_type, content)
    bot.files[stored.file_id] = stored
    return stored


def find_file(bot: Bot, args: Params, name: str) -> StoredFile:
    """Return the file that a parameter means: an upload of this call or the id of an earlier one.

    Raises:
        ApiError: 400 when there is no such file; the emulator does not fetch files from addresses.
    """
    value = args.text(name)
    upload = args.files.get(value.removeprefix(ATTACHED) if value.startswith(ATTACHED) else name)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return store_file(bot, upload.name, upload.mime_type, upload.content)
    if value in bot.files:
        return bot.files[value]
    raise bad_request("wrong file identifier/HTTP URL specified")

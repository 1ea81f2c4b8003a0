"""`python -m tests.e2e.emulator`: run the emulator in the foreground."""

import argparse
import sys
from contextlib import suppress

from .server import EmulatorServer
from .state import Emulator

TOKEN = "1000001:emulator-token"


def main() -> None:
    """Serve until Ctrl-C; says how to connect a bot and a chat client."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.emulator", description="Telegram Bot API emulator")
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--token", default=TOKEN, help="token of the bot account (default: %(default)s)")
    parser.add_argument("--username", default="emulated_bot", help="its username (default: %(default)s)")
    options = parser.parse_args()
    emulator = Emulator()
    emulator.add_bot(options.token, username=options.username)
    try:
        server = EmulatorServer(options.port, emulator)
    except OSError as error:
        sys.exit(f"cannot listen on port {options.port}: {error.strerror}; choose another with --port")
    print(f"Bot API   {server.url}/bot<token>/<method>")
    print(f"bot       token {options.token}, base URL {server.url}/bot, file URL {server.url}/file/bot")
    print(f"advisor   ADVISOR_TELEGRAM_TOKEN={options.token} ADVISOR_TELEGRAM_BASE_URL={server.url} advisor bot")
    print(f"chat      python -m tests.e2e.emulator.chat --url {server.url}")
    print("Ctrl-C stops it; everything is forgotten then.", flush=True)
    with suppress(KeyboardInterrupt):
        server.serve_here()


if __name__ == "__main__":
    main()

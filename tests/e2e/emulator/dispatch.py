"""One call of the Bot API from parameters to answer: record, faults, limits, method."""

import asyncio
import time
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .errors import ApiError, too_many_requests
from .faults import Fault
from .methods import documented_name, execute
from .params import Params
from .state import Bot, Call


class DroppedConnection(Response):
    """An answer that breaks off: the header promises a body, then the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the beginning only; the server closes the connection of an unfinished answer."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def answer_call(bot: Bot, method: str, args: Params) -> Response:
    """Carry out one call, with whatever faults are ordered for it.

    Args:
        bot: the caller.
        method: method name in any case.
        args: parameters.

    Returns:
        What goes back over HTTP; never raises for a refused call.
    """
    call = Call(len(bot.calls) + 1, documented_name(method), args.values, time.time())
    bot.calls.append(call)
    bot.signal.notify()
    fault = bot.faults.take(method, args.text("chat_id"))
    if fault is not None:
        call.fault = fault.kind
    response = await _with_fault(bot, method, args, call, fault)
    call.finished = time.time()
    bot.signal.notify()
    return response


async def _with_fault(bot: Bot, method: str, args: Params, call: Call, fault: Fault | None) -> Response:
    if fault is None:
        return await _carry_out(bot, method, args, call)
    if fault.kind == "delay" and not fault.after:
        await asyncio.sleep(fault.seconds)
        return await _carry_out(bot, method, args, call)
    if not fault.after:
        return _broken(fault, call)
    response = await _carry_out(bot, method, args, call)
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return response
    return _broken(fault, call)


async def _carry_out(bot: Bot, method: str, args: Params, call: Call) -> Response:
    try:
        wait = bot.limits.check(method.lower(), args.text("chat_id"))
        if wait:
            raise too_many_requests(wait)
        result = await execute(bot, method, args)
    except ApiError as error:
        return refusal(error, call)
    call.status = 200
    return JSONResponse({"ok": True, "result": result})


def refusal(error: ApiError, call: Call | None = None) -> Response:
    """Return the answer to a refused call, and note it in the record of the call."""
    if call is not None:
        call.status, call.error = error.code, error.description
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return JSONResponse(error.body(), error.code, headers)


def _broken(fault: Fault, call: Call) -> Response:
    if fault.kind == "too_many_requests":
        return refusal(too_many_requests(fault.retry_after), call)
    if fault.kind == "drop":
        call.status, call.error = None, "connection dropped"
        return DroppedConnection()
    if fault.kind == "broken_json":
        call.status, call.error = 200, "broken JSON"
        return Response('{"ok":true,"result":{"message_id":', media_type="application/json")
    call.status, call.error = fault.status, "ordered fault"
    if fault.status == 500:
        return refusal(ApiError(500), call)
    # A gateway in front of the server answers in HTML.
    return HTMLResponse(f"<html><body><h1>{fault.status}</h1></body></html>", fault.status)


def call_wire(call: Call) -> dict[str, Any]:
    """Return the record of a call as the admin side shows it."""
    return {
        "seq": call.seq,
        "method": call.method,
        "params": call.params,
        "started": call.started,
        "finished": call.finished,
        "status": call.status,
        "error": call.error,
        "fault": call.fault,
    }

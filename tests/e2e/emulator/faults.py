"""Faults that tests order in advance: what goes wrong with which calls."""

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FaultKind = Literal["too_many_requests", "status", "drop", "delay", "broken_json"]


class Fault(BaseModel):
    """One kind of trouble for the next calls that match.

    `after` tells whether the call is carried out first, so that only its answer is lost, wrong or late: the
    case in which a bot cannot know whether its message was sent.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    method: str = Field(default="*", description="name or shell pattern: send*, [!g]* for all but get…")
    count: int = Field(default=1, ge=1, description="how many calls it hits")
    skip: int = Field(default=0, ge=0, description="how many matching calls pass before the first hit")
    chat_id: int | None = Field(default=None, description="only calls with this chat_id")
    retry_after: int = Field(default=1, ge=0, description="seconds, for too_many_requests")
    status: int = Field(default=500, ge=400, le=599, description="HTTP status, for status")
    seconds: float = Field(default=1.0, ge=0, description="for delay")
    after: bool = False

    def matches(self, method: str, chat_id: str) -> bool:
        """Whether a call of this method, with this `chat_id` parameter as text, is meant."""
        if self.chat_id is not None and chat_id != str(self.chat_id):
            return False
        return fnmatchcase(method.lower(), self.method.lower())


class FaultPlan:
    """The faults that are still to come, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    @property
    def waiting(self) -> list[Fault]:
        """Faults that have not hit as often as they were asked to."""
        return list(self._faults)

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self._faults = []

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault that hits this call and count it off; None when the call is to work."""
        for index, fault in enumerate(self._faults):
            if not fault.matches(method, chat_id):
                continue
            if fault.skip:
                self._faults[index] = fault.model_copy(update={"skip": fault.skip - 1})
                return None
            if fault.count == 1:
                del self._faults[index]
            else:
                self._faults[index] = fault.model_copy(update={"count": fault.count - 1})
            return fault
        return None

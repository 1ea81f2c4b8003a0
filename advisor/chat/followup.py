"""Short questions that only make sense after the one before: "and for 6 months?", "y cuánto cuesta?"."""

from __future__ import annotations

import re

__all__ = ["is_follow_up", "with_context"]

_FEW_WORDS = 9
_OPENING = re.compile(
    r"^\s*(?:and|but|or|so|also|what about|how about|what if|then|same for|y|e|pero|mas|et|mais|aber|und|ve|peki|ya|"
    r"а|и|но|а если|و|وماذا|aur|phir|lekin|और|फिर|اور|那|那么|如果)(?!\w)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|there|one|he|she|eso|esto|isso|isto|ça|cela|это|этого|bu|bunu|yeh|woh|uska|iska)\b"
    r"|ذلك|هذا|هذه|这|那个|यह|वह",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def is_follow_up(text: str) -> bool:
    """Whether `text` looks as if it leaned on what was said before: short, and opening or pointing back."""
    words = len(_WORD.findall(text))
    if words > _FEW_WORDS:
        return False
    return bool(_OPENING.match(text) or _POINTING.search(text)) or words <= 2


def with_context(text: str, previous: str) -> str:
    """The follow-up with the question it leans on, as one question."""
    return f"{previous.strip().rstrip('?؟？')}: {_OPENING.sub('', text).strip() or text}"

"""The bot's own longer words, in English; the catalogues hold the other languages."""

from __future__ import annotations

__all__ = ["COMMANDS", "DESCRIPTION", "HELP", "NOTICE", "PRIVACY", "RULE", "SHORT_DESCRIPTION", "SORRY", "START"]

COMMANDS = (
    ("start", "Begin"),
    ("help", "What I can answer"),
    ("topics", "Browse questions by topic"),
    ("more", "More on the last answer"),
    ("sources", "Sources of the last answer"),
    ("rule", "The official text, such as /rule 22 CFR 62.27(c)"),
    ("privacy", "What is kept, and for how long"),
    ("forget", "Delete what you asked"),
)
"""The menu: command and what it does."""

SHORT_DESCRIPTION = "Observerships, visas and medical licences for doctors from abroad. Every answer has its sources."

DESCRIPTION = (
    "Ask me about observerships and electives, U.S. visas for visiting physicians, ECFMG, USMLE and state licences, "
    "and registration in other countries. I answer only from texts I can cite, and say so when I have none."
)

START = (
    "Welcome. I answer questions of doctors and medical students from abroad on observerships, electives, U.S. visas, "
    "ECFMG and USMLE, licences, and registration in other countries.\n"
    "Write your question in your own words and language. Each answer lists its sources and their dates; "
    "when I have no source, I say so.\n"
    "For example: Can I examine patients during an observership on a B-1 visa?"
)

HELP = (
    "Write a question in your own words; say your country, your stage (student, graduate, resident) and the place you "
    "mean, and the answer fits better. Several questions in one message are answered one by one.\n"
    "/topics browse questions by topic\n"
    "/more more on the last answer\n"
    "/sources the sources of the last answer\n"
    "/rule the official text of a citation, such as /rule 22 CFR 62.27(c)\n"
    "/privacy what is kept, and for how long\n"
    "/forget delete what you asked\n"
    "In a group, mention me or reply to me.\n"
    "I give general information, not legal advice. Rules change: look at the date of each source, and ask a licensed "
    "lawyer or the authority before you act."
)

NOTICE = "This is general information, not legal advice. Look at the date of each source before you act."

PRIVACY = (
    "I keep your questions and my answers for {days} days, to answer follow-up questions and to lose nothing when I am "
    "restarted; then their text is deleted. They are not in any log and are not given to anybody. "
    "/forget deletes at once what you asked in this chat. Please do not send me passport numbers or patient data."
)

SORRY = "Something went wrong on my side, and your question was not answered. Please try again in a minute."

RULE = (
    "Write the citation after the command: /rule 22 CFR 62.27(c), /rule 8 CFR 214.2(j)(1)(iv), /rule INA 212(e) or "
    "/rule 8 USC 1182(e)."
)

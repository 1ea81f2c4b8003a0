"""Commands and buttons."""

from __future__ import annotations

from advisor.telegram.texts import COMMANDS
from tests.e2e.emulator import AdminClient
from tests.e2e.person import PATIENCE, Json, Person, answered_message, links


def buttons(message: Json) -> list[str]:
    """The words on the buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_start_welcomes_and_says_what_it_is_not(person: Person) -> None:
    text = (await person.ask("/start"))["text"]
    assert text.startswith("Welcome.")
    assert "not legal advice" in text


async def test_start_with_a_payload_shows_the_questions_of_that_topic(platform: AdminClient, person: Person) -> None:
    await platform.say(person.id, "/start visa_j1_short-term")
    welcome, topic = await platform.wait_messages(person.id, 2, within=PATIENCE)
    assert welcome["text"].startswith("Welcome.")
    assert topic["text"].startswith("Short-term scholars\n1. How long may a J-1 short-term scholar stay?")


async def test_start_with_an_unknown_payload_only_welcomes(platform: AdminClient, person: Person) -> None:
    await person.ask("/start from_the_website")
    await person.ask("/help")
    assert len(await person.replies()) == 2


async def test_help_names_every_command(person: Person) -> None:
    text = (await person.ask("/help"))["text"]
    assert all(f"/{name} " in text for name, _ in COMMANDS if name not in ("start", "help"))


async def test_an_unknown_command_is_met_with_the_help(person: Person) -> None:
    assert "/topics browse questions by topic" in (await person.ask("/dance"))["text"]


async def test_topics_are_browsed_by_buttons_down_to_an_answer(person: Person) -> None:
    top = await person.ask("/topics")
    assert buttons(top) == ["Visas", "Observerships"]
    branch = await person.press(top, text="Observerships")
    assert buttons(branch) == ["What an observer may do", "Finding and applying", "↑"]
    topic = await person.press(branch, text="Finding and applying")
    assert topic["message_id"] == top["message_id"]
    first, last = buttons(topic)[0], buttons(topic)[-1]
    assert (first, last) == ("1. Does an observer need an ECFMG certificate?", "›")
    second_page = await person.press(topic, text="›")
    assert "9. Which papers does an observer show at the interview?" in second_page["text"]
    assert buttons(second_page)[-2:] == ["‹", "↑"]
    shown = await person.press(second_page, data="show:observership.applying:8")
    assert shown["text"].startswith("Which papers does an observer show at the interview?\nThe hospital's letter of")
    assert "https://fam.state.gov/FAM/09FAM/09FAM040202.html" in links(shown)


async def test_browsing_leads_back_up(person: Person) -> None:
    top = await person.ask("/topics")
    branch = await person.press(top, text="Visas")
    assert buttons(await person.press(branch, text="↑")) == ["Visas", "Observerships"]


async def test_sources_lists_those_of_the_last_answer_with_how_they_were_checked(person: Person) -> None:
    assert "There is no answer with sources yet" in (await person.ask("/sources"))["text"]
    await person.ask("how long can a J-1 short-term scholar stay")
    text = (await person.ask("/sources"))["text"]
    assert "[1] 22 CFR 62.21 — U.S. Department of State, as of 2026-01 (read itself)" in text
    assert "https://www.ecfr.gov/current/title-22/section-62.21" in text


async def test_a_forged_button_is_answered_too(platform: AdminClient, person: Person) -> None:
    answer = await person.ask("/topics")
    for data in ("more:x:y", "more:1:0", "choice:1:0", "nonsense", "topics:-", "show:visa.b1:99"):
        query = await platform.press(answer, person.id, data=data, force=True)
        await platform.callback_answer(query, within=PATIENCE)
    assert "six months" in (await person.ask("how long can a J-1 short-term scholar stay"))["text"]


async def test_a_rule_without_official_texts_is_met_with_one_plain_line(person: Person) -> None:
    assert "Write the citation after the command" in (await person.ask("/rule"))["text"]
    assert (await person.ask("/rule 22 CFR 62.21"))["text"] == "I have no official texts."


async def test_privacy_says_what_is_kept_and_how_long(person: Person) -> None:
    assert "for 30 days" in (await person.ask("/privacy"))["text"]


async def test_forget_forgets_the_conversation(person: Person) -> None:
    await person.ask("how long can a J-1 short-term scholar stay")
    assert "is deleted" in (await person.ask("/forget"))["text"]
    assert "There is no answer with sources yet" in (await person.ask("/sources"))["text"]


async def test_the_answer_to_a_command_replies_to_it(platform: AdminClient, person: Person) -> None:
    command = await platform.say(person.id, "/help")
    [reply] = await platform.wait_messages(person.id, within=PATIENCE)
    assert answered_message(reply) == command["message_id"]


async def test_menu_and_descriptions_are_set_at_the_start(platform: AdminClient) -> None:
    await platform.wait_calls("setMyShortDescription", 13, within=PATIENCE)
    account = await platform.overview()
    english = next(menu for menu in account["commands"] if not menu["language_code"])
    names = [command["command"] for command in english["commands"]]
    assert names == [name for name, _ in COMMANDS]
    texts = {text["name"]: text["text"] for text in account["texts"] if not text["language_code"]}
    assert texts["description"].startswith("Ask me about observerships")
    assert texts["short_description"].endswith("Every answer has its sources.")
    assert {"es", "ar", "zh"} <= {menu["language_code"] for menu in account["commands"]}

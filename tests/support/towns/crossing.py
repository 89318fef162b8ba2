"""One appeal from the first word to the last, the same in every channel: a script of a conversation."""

import io
import re
from dataclasses import dataclass

from PIL import Image

from config.settings.channels import CHANNELS
from handlers.wording.quoting import few_words, quoted
from tests.fakes.messenger import Shown, Upload
from tests.support.towns.live import TEXTS, LiveTown

DESCRIPTION = "На дороге у дома 5 по улице Мира большая яма, пробил колесо"
TOPIC = "Ямы и выбоины на дороге"
NAME = "Анна Ильина"
EMPLOYEE = "Мария"
QUESTION = "С какой стороны дома яма?"
DETAILS = "Со стороны аптеки, вот ближе"
ANSWER = "Яму засыпали сегодня утром"
COMPLAINT = "После дождя яма снова появилась"
SECOND_ANSWER = "Положили новый асфальт"
GOODBYE = "Проверим ещё раз через неделю"
THANKS = "Хорошо, буду ждать"
POINT = (56.3554, 44.0646)
# What only these people may read: nothing of it belongs into a log.
PRIVATE = (
    *(DESCRIPTION, NAME, "Ильина", EMPLOYEE, QUESTION, DETAILS, ANSWER, COMPLAINT),
    *(SECOND_ANSWER, GOODBYE, THANKS, "56.35", "44.06", "яма.jpg", "акт осмотра"),
)

TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")  # whose fractions of a second may be a coordinate


def found_in(output: str, *words: str) -> list[str]:
    """Those of the words that stand in what a program wrote, times left out."""
    read = TIME.sub("", output)
    return [word for word in words if word in read]


def photo(shade: int) -> Upload:
    """A real picture; each shade has other bytes."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 120)).save(content, "JPEG")
    return Upload(content.getvalue(), "яма.jpg")


FIRST, SECOND, CLOSER, REPAIRED = (photo(shade) for shade in (10, 60, 110, 160))
PAPER = Upload(
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "акт осмотра.pdf", "application/pdf", "document"
)


@dataclass
class Crossing:
    """A resident of one channel, an employee whose chat is in the same or another."""

    town: LiveTown
    channel: str
    account: str = "42"
    number: str = ""

    @property
    def name(self) -> str:
        """The resident's name as the staff sees it; who writes on the site gives none."""
        return TEXTS("web-resident") if self.channel == "web" else NAME

    @property
    def known_as(self) -> str:
        """The number with the resident's first words."""
        return TEXTS("number-and-words", number=self.number, words=few_words(DESCRIPTION))

    def __post_init__(self) -> None:
        self.anna = self.town.resident(self.channel, self.account, NAME)
        self.maria = self.town.employee(name=EMPLOYEE)

    async def until_the_first_answer(self) -> None:
        await self.agrees()
        await self.files()
        await self.is_on_a_card()
        await self._is_taken()
        await self._is_asked_and_answers()
        await self._is_answered(ANSWER, REPAIRED)

    async def until_the_end(self) -> None:
        await self._is_not_content()
        await self._is_taken()
        await self._is_answered(SECOND_ANSWER)
        await self._confirms()
        await self._goes_on_talking()
        await self._looks_at_the_history()

    async def agrees(self) -> None:
        await self.anna.says("/start")
        await self.anna.reads("greeting")
        await self.anna.reads("consent-short", version=TEXTS("consent-version"))
        await self.anna.presses("consent-yes")
        await self.anna.reads("consent-given", "menu")

    async def is_asked_for_files(self) -> None:
        anna = self.anna
        await anna.presses("menu-report")
        await anna.reads("ask-what")
        await anna.says(DESCRIPTION)
        await anna.reads("ask-topic-suggested")
        await anna.presses(TOPIC)
        asked = await anna.reads("ask-place-proposed")
        assert "location" in {button.kind for button in asked.buttons}
        await anna.person.shares_place(*POINT)
        is_alone = CHANNELS[self.channel].leaves_keyboard
        await anna.reads(*(() if is_alone else ("place-taken",)), "summary")

    async def files(self) -> None:
        anna = self.anna
        await self.is_asked_for_files()
        await anna.person.sends(FIRST, SECOND)
        await anna.person.sends(PAPER)
        summary = await anna.finds(TEXTS("files-count", count=3))
        for key, said in (
            ("title-kind", TEXTS("kind-problem")),
            ("title-files", TEXTS("files-count", count=3)),
        ):
            assert TEXTS("summary-line", title=TEXTS(key), answer=said) in summary.text
        await anna.presses("form-send")
        filed = await anna.reads("filed")
        self.number = re.findall(r"МЦУ-\d\d-\d{6}", filed.text)[0]

    async def is_on_a_card(self) -> None:
        maria = self.maria
        card = await self._card("new")
        resident = TEXTS("card-resident", name=self.name, channel=TEXTS(f"channel-{self.channel}"))
        for line in (DESCRIPTION, TOPIC, resident, TEXTS("card-files", count=3)):
            assert line in card.text
        assert f"pt={POINT[1]:.6f},{POINT[0]:.6f}" in card.text
        await maria.reads("card-files-of", number=self.number)
        for upload in (FIRST, SECOND, PAPER):
            await maria.person.sees_file(upload.content)

    async def _is_taken(self) -> None:
        card = await self._latest_card()
        await self.maria.presses("staff-take", on=card)
        await self.anna.reads("push-take", number=self.number)
        await self._card("in_work")

    async def _is_asked_and_answers(self) -> None:
        anna, maria = self.anna, self.maria
        await maria.presses("staff-ask", on=await self._latest_card())
        await maria.reads("staff-prompt", **self._prompt("staff-ask-text"))
        await maria.says(QUESTION)
        await maria.reads("staff-prompt", **self._prompt("staff-ask-summary", text=QUESTION))
        await maria.presses("form-send")
        await maria.reads("staff-done-ask", number=self.number)
        await anna.reads("push-ask", number=self.number, text=QUESTION)
        await self._card("need_info")
        await anna.person.sends(CLOSER, caption=DETAILS)
        await anna.reads("informed", number=self.number)
        is_named = CHANNELS[self.channel].shows_names
        told = await maria.reads(
            "staff-informed" if is_named else "staff-informed-nameless",
            number=self.known_as,
            name=self.name,
            employee=EMPLOYEE,
            text=quoted(DETAILS),
        )
        await maria.person.sees_file(CLOSER.content)
        assert told.reply_to == (await self._card("in_work")).id

    async def _is_answered(self, text: str, *files: Upload) -> None:
        anna, maria = self.anna, self.maria
        await maria.presses("staff-answer", on=await self._latest_card())
        await maria.reads("staff-prompt", **self._prompt("staff-answer-text", kind="problem"))
        if files:
            await maria.person.sends(*files, caption=text)
        else:
            await maria.says(text)
        await maria.person.sees(TEXTS("staff-answer-summary", kind="problem", text=text))
        await maria.presses("form-send")
        await maria.reads("staff-done-answer", number=self.number)
        await anna.reads("push-answer", number=self.number, text=text)
        for upload in files:
            await anna.person.sees_file(upload.content)
        await self._card("answered")

    async def _is_not_content(self) -> None:
        anna, maria = self.anna, self.maria
        await anna.presses("resident-unsolved")
        await anna.reads("ask-reopen")
        await anna.says(COMPLAINT)
        await anna.reads("reopen-summary", text=COMPLAINT)
        await anna.presses("form-send")
        await anna.reads("reopened", number=self.number)
        told = await maria.reads(
            "staff-reopened-after",
            number=self.known_as,
            employee=EMPLOYEE,
            text=quoted(COMPLAINT),
        )
        assert told.reply_to == (await self._card("reopened")).id

    async def _confirms(self) -> None:
        await self.anna.presses("resident-solved")
        await self.anna.reads("confirmed", number=self.number)
        await self._card("closed")

    async def _goes_on_talking(self) -> None:
        """A plain reply to the card reaches the resident, and the reply to that comes back."""
        card = await self._card("closed")
        await self.maria.says(GOODBYE, reply_to=card)
        told = await self.anna.reads("push-interim", number=self.number, text=GOODBYE)
        await self.maria.reads("staff-passed-on", number=self.number)
        # A chat's messages go out one by one: once the help is there, the bot knows the id of the
        # one before it. Nobody answers as fast as a test.
        await self.anna.says("/help")
        await self.anna.reads("help")
        await self.anna.says(THANKS, reply_to=told)
        await self.anna.reads("commented", number=self.number)
        back = await self.maria.reads(
            "staff-comment", number=self.known_as, name=self.name, text=quoted(THANKS)
        )
        assert back.reply_to == card.id

    async def _looks_at_the_history(self) -> None:
        anna, maria = self.anna, self.maria
        await anna.says("/my")
        listed = await anna.finds(TEXTS("my-list", total=1))
        await anna.person.presses(listed.buttons[0].label, on=listed)
        page = await anna.person.sees(TEXTS("page-history"))
        steps = "file take ask inform answer reopen take answer confirm interim comment"
        keys = [(f"my-history-{step}", f"history-{step}") for step in steps.split()]
        _assert_in_order(page, [TEXTS(own if own in TEXTS else of_all) for own, of_all in keys])
        assert EMPLOYEE not in page.text
        for upload in (FIRST, SECOND, PAPER, CLOSER):
            await anna.person.sees_file(upload.content)
        await maria.presses("staff-history", on=await self._card("closed"))
        state = TEXTS("state-closed")
        seen = await maria.person.sees(TEXTS("history-head", number=self.number, state=state))
        _assert_in_order(seen, [TEXTS(f"history-{step}") for step in steps.split()])
        for said in (DESCRIPTION, EMPLOYEE, QUESTION, ANSWER, COMPLAINT, SECOND_ANSWER, THANKS):
            assert said in seen.text

    def _prompt(self, key: str, **known: object) -> dict[str, object]:
        text = TEXTS(key, **known)
        return {"name": EMPLOYEE, "number": self.known_as, "text": text}

    async def _card(self, state: str) -> Shown:
        """The card once it shows that state; it is one message, edited."""
        kind, label = TEXTS("kind-problem"), TEXTS(f"state-{state}")
        head = TEXTS("card-head", number=self.number, kind=kind, state=label)
        room = self.town.staff_room
        card = await self.maria.finds(head)
        cards = [shown for shown in room.shown if _is_card(shown, self.number)]
        assert cards == [card]
        return card

    async def _latest_card(self) -> Shown:
        [card] = [s for s in self.town.staff_room.shown if _is_card(s, self.number)]
        return card


def _is_card(shown: Shown, number: str) -> bool:
    return not shown.author and shown.text.startswith(f"{number} · ")


def _assert_in_order(shown: Shown, fragments: list[str]) -> None:
    at = 0
    for fragment in fragments:
        found = shown.text.find(f"— {fragment}", at)
        assert found >= 0, f"{fragment!r} is not in its place in {shown.text!r}"
        at = found + 1


async def cross(town: LiveTown, channel: str) -> Crossing:
    """The whole script.

    A Telegram group takes 20 messages a minute, and people need hours for what takes a test seconds:
    there the bot is restarted in the middle, as between two shifts, and its minute begins anew.
    """
    crossing = Crossing(town, channel)
    await crossing.until_the_first_answer()
    if town.staff_channel == "telegram":
        await town.restart()
    await crossing.until_the_end()
    return crossing

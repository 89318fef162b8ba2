"""Pages of people who come through a proxy, each from an address that the proxy tells."""

from collections import Counter

from tests.fakes.messenger import Person, Room, Shown
from tests.fakes.web import GivesCode, Page, WebPeople, no_code
from tests.faults.world.people import CONVERSATION, Filer
from tests.support.towns.live import Reader, beginning

STRANGE = "На дороге у дома {} по улице Лесной большая яма, пробил колесо"  # what attackers file


class Addressed(WebPeople):
    """People of the web chat. ``addresses``: of an account; the others come from ``address``."""

    def __init__(self, url: str, give_code: GivesCode = no_code, *, address: str = "") -> None:
        super().__init__(url, give_code, twice=False)
        self.address = address
        self.addresses: dict[str, str] = {}
        self.notices: Counter[str] = Counter()

    def comes_with(self, person: Person) -> dict[str, str]:
        return {"X-Forwarded-For": self.addresses.get(person.account, self.address)}

    def new_page(self, person: Person, room: Room) -> Page:
        return Noticing(self, person, room)

    async def forgets(self, account: str) -> None:
        """Close that resident's page: they have what they came for."""
        page = self._pages.pop((account, "chat"), None)
        if page:
            await page.close()


class Noticing(Page):
    """A page that counts what it is refused."""

    people: Addressed

    async def _notice(self, text: str) -> str:
        self.people.notices[text.split(".", maxsplit=1)[0]] += 1
        return await super()._notice(text)


class Guest(Filer):
    """A resident who files as all do, and has no ledger: an attacker's."""

    def __init__(self, reader: Reader, text: str) -> None:
        self.reader = reader
        self.text = text

    async def walks(self, first: int, last: int, patience: float) -> Shown:
        """From that step to before that one; the bot's last answer. Raises AssertionError."""
        shown = Shown("", "")
        for act, answers in CONVERSATION[first:last]:
            await act(self)
            shown = await self.reader.person.sees(beginning(answers[-1]), timeout=patience)
        return shown

"""Fill an empty database at the first start, and apply the settings to it at every start."""

import secrets

import structlog
from sqlalchemy.orm import Session

from config.categories import default_tree
from config.categories.new_words import new_words
from config.settings.channels import CHANNELS
from handlers.turn import Services
from storage.database import Database, present_accounts
from storage.database.locks import one_at_a_time
from storage.database.present_accounts import Change
from storage.messages import Address, Reply
from storage.outbox import posting
from storage.tables import Municipality
from storage.town import changed_accounts, municipalities
from storage.town.new_words import lacking
from storage.town.tree_imports import seed_tree

log = structlog.get_logger()


async def first_start(database: Database, services: Services) -> int:
    """Make the municipality with its name, its main staff chat and the default categories.

    Later starts only apply the settings' name and main staff chat, and retire staff chats that
    nothing names any more. The first thing noted is which accounts of ours the settings name: all
    tables are asked as them. Returns the salt of this database, a random number in its delivery keys:
    VK remembers keys, so those of another database on the same bot must be different.
    """

    def work(session: Session) -> int:
        one_at_a_time(session, "first start")
        settings = services.settings
        changes = present_accounts.take(session, settings.our_accounts)
        for change in changes:
            changed_accounts.bring_over(session, change.channel)
        municipality = municipalities.the_one(session)
        if municipality is None:
            salt = secrets.randbelow(2**31)
            version = new_words().version  # the default tree has them
            municipality = Municipality(
                name=settings.municipality,
                delivery_salt=salt,
                words_told=version,
                words_settled=version,
            )
            session.add(municipality)
            session.flush()
            seed_tree(session, municipality, default_tree(services.texts))
        municipality.name = settings.municipality
        staff_chat = Address.parse(settings.staff_chat)
        main = municipalities.ensure_staff_chat(session, municipality.id, staff_chat, main=True)
        if changes:
            changed_accounts.leave_behind(session, main)
        municipalities.retire_unneeded(session, municipality.id)
        _tell_of_new_words(session, services, municipality, staff_chat)
        for change in changes:
            _tell(session, services, change)
        return municipality.delivery_salt

    async with database.begin() as session:
        return await session.run_sync(work)


def _tell_of_new_words(
    session: Session, services: Services, municipality: Municipality, staff_chat: Address
) -> None:
    """Say once in the staff chat that a new version has brought keywords, if the town lacks any."""
    offered = new_words()
    if municipality.words_told >= offered.version:
        return
    municipality.words_told = offered.version
    if found := lacking(session, municipality, offered):
        count = sum(one.count for one in found)
        told = services.texts("new-words-told", count=count)
        posting.put(session, [Reply(to=staff_chat, text=told, push=True)], services.clock())


def _tell(session: Session, services: Services, change: Change) -> None:
    """Tell the operator in the log, and the employees what is different for them."""
    log.warning(
        "our_account_changed",
        channel=change.channel,
        before=change.before,
        now=change.now,
        used_before=change.again,
    )
    texts, channel = services.texts, services.texts(f"channel-{change.channel}")
    said = [texts("account-changed", channel=channel)]
    if count := changed_accounts.unfetched(session, change.channel):
        said.append(texts("account-changed-files", count=count))
    told = []
    for chat in municipalities.staff_chats(session):
        words = list(said)
        if chat.channel == change.channel:
            words.append(texts("account-changed-cards"))
            if change.again and CHANNELS[chat.channel].may_be_another(chat.chat):  # was left behind
                words.append(texts("account-changed-again"))
        told.append(Reply(to=chat.address, text="\n\n".join(words), push=True))
    posting.put(session, told, services.clock())

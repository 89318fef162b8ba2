"""Apologies for what could not be read or answered: to its sender, and a line to the staff."""

from bot.links import typed
from handlers.turn import Work
from storage.inbox import events
from storage.messages import Event, Reply
from storage.town import municipalities

HOUR = "%Y%m%d%H"


def apologise(work: Work, channel: str, sender: Event | None) -> None:
    """Ask the sender to say it again, and tell the main staff chat, at most once an hour.

    ``sender`` None: nobody is written to, and the staff reads that.
    """
    if sender:
        work.say(Reply(to=sender.address, text=work.texts("apology")))
    staff = municipalities.main_staff_chat(work.session, work.municipality.id)
    if staff is None or (sender and staff.is_in(sender.address)):
        return  # they read the apology themselves
    mark = f"parked-told:{work.now:{HOUR}}:{'apologised' if sender else 'silent'}"
    if events.seen(work.session, channel, [mark]):
        return
    events.mark_seen(work.session, channel, mark, work.now)
    key = "staff-parked" if sender else "staff-parked-silent"
    named = work.texts(f"channel-{channel}")
    text = work.texts(key, channel=named, command=typed("parked"))
    work.say(Reply(to=staff.address, text=text, push=True))

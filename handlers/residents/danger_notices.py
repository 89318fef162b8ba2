"""Tell a resident whom to call: before the answer, and once more as the last line that is read."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from handlers.screen.last_asked import is_label, said_lately
from handlers.turn import Turn
from handlers.wording.danger import Danger, dangers_in
from storage.messages import Call, Reply

NUMBERS = {
    Danger.GAS: ("112", "104"),
    Danger.CHILD: ("112",),
    Danger.LIFE: ("112",),
    Danger.DESPAIR: (),
}
WITH_HELPLINE = (Danger.CHILD, Danger.DESPAIR)


def with_notice(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The answer to words of danger: the notice comes before anything else.

    On a phone it is then out of sight: the last message that asks something says it once more.
    """
    event = turn.event
    dangers = dangers_in(event.text)
    if not dangers or event.edited or is_label(turn, said_lately(turn)):
        return replies  # a button's words are ours: "stray dogs (attacked: 112)"
    first = replace(turn.reply(notice(turn, dangers)), call=_call(turn, dangers))
    # Nothing of this answer may take the place of an older message: the notice comes first.
    answer = [replace(one, coalesce="") if one.to == first.to else one for one in replies]
    asking = [at for at, one in enumerate(answer) if one.to == first.to and one.rows]
    if asking:
        answer[asking[-1]] = with_call(turn, answer[asking[-1]], event.text)
    return [first, *answer]


def with_call(turn: Turn, reply: Reply, words: str) -> Reply:
    """The reply with whom to call as its last line, if the words speak of danger."""
    dangers = dangers_in(words)
    if not dangers:
        return reply
    line = _again(turn, _first(dangers))
    return reply if reply.text.endswith(line) else reply.and_then(line)


def said_lately_whom_to_call(turn: Turn) -> str:
    """The line with the number to call that stands in our last messages; empty: there is none."""
    lines = [_again(turn, kind) for kind in Danger]
    texts = [shown.reply.text for shown in said_lately(turn)]
    return next((line for text in texts for line in lines if line in text), "")


def _again(turn: Turn, kind: Danger) -> str:
    return turn.texts(f"danger-again-{kind}", helpline=turn.settings.helpline)


def notice(turn: Turn, dangers: AbstractSet[Danger]) -> str:
    """The advice and the numbers to call: a paragraph for each kind that adds something."""
    told = [
        turn.texts(f"danger-{kind}", helpline=turn.settings.helpline)
        for kind in Danger
        if kind in dangers and not (kind is Danger.LIFE and _is_told_of_112(dangers))
    ]
    if dangers != {Danger.DESPAIR} and turn.settings.emergency_numbers:
        told.append(turn.settings.emergency_numbers)
    return "\n".join(told)


def _call(turn: Turn, dangers: AbstractSet[Danger]) -> Call:
    """Whom to call at once, for channels that have buttons which call."""
    kind = _first(dangers)
    numbers = [(turn.texts(f"call-{number}"), number) for number in NUMBERS[kind]]
    if kind in WITH_HELPLINE:
        numbers.append((turn.texts("call-helpline"), turn.settings.helpline))
    return Call(_again(turn, kind), tuple(numbers))


def _is_told_of_112(dangers: AbstractSet[Danger]) -> bool:
    """Whether a paragraph besides that about life names 112."""
    return bool(dangers & {Danger.GAS, Danger.CHILD})


def _first(dangers: AbstractSet[Danger]) -> Danger:
    """The danger of the one line that is said again."""
    return Danger.GAS if Danger.GAS in dangers else min(dangers, key=list(Danger).index)

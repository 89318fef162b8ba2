"""The rules: which words near each other speak of danger, and what takes it back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from handlers.wording.danger.kinds import Danger
from handlers.wording.danger.reading import Sentence, sentences_of

LONGEST_CRY = 6  # words
BESIDE = 3  # words


@dataclass(frozen=True, slots=True)
class Rule:
    """Senses that stand near each other, one of each group.

    ``unless``: senses that make it harmless, anywhere in the sentence.
    ``beside``: the same, only within ``BESIDE`` words of what was found.
    ``within``: how many words lie between the first and the last.
    """

    kind: Danger
    groups: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    within: int = 4
    who: bool = False  # the first is who or what, and not where: «дом горит», not «горит у дома»
    joined: bool = False  # no comma stands between
    missing: bool = False  # «нет» is what is the matter, and takes nothing back

    def holds(self, sentence: Sentence) -> bool:
        """Whether the sentence says so."""
        if not all(sentence.has(*group) for group in self.groups) or sentence.has(*self.unless):
            return False
        places = [sentence.at(*group) for group in self.groups]
        if not self.missing:
            places = [[at for at in group if not sentence.is_denied(at)] for group in places]
        if self.who:
            places[0] = [at for at in places[0] if not sentence.is_where(at)]
        first, *others = places
        return any(
            self._are_near(sentence, (at, *found))
            for at in first
            for found in product(*(self._around(at, other) for other in others))
        )

    def _around(self, at: int, places: Sequence[int]) -> Sequence[int]:
        """Those near enough: in a text that says one thing over and over they are few, too."""
        return [place for place in places if abs(place - at) <= self.within]

    def _are_near(self, sentence: Sentence, found: tuple[int, ...]) -> bool:
        first, last = min(found), max(found)
        if last - first > self.within or (self.joined and "," in sentence.words[first:last]):
            return False
        return not any(first - BESIDE <= at <= last + BESIDE for at in sentence.at(*self.beside))


def _rule(kind: Danger, *groups: str, unless: str = "", beside: str = "", **rest: int) -> Rule:
    """A rule as it is written below: senses of a group are parted by ``|``, the others by commas."""
    return Rule(
        kind,
        tuple(tuple(name.strip() for name in group.split("|")) for group in groups),
        tuple(name.strip() for name in unless.split(",") if name.strip()),
        tuple(name.strip() for name in beside.split(",") if name.strip()),
        **rest,  # type: ignore[arg-type]  # whole numbers, of which yes and no are two
    )


LIFE, GAS, CHILD, DESPAIR = Danger
OVER = "past, settled, if, "  # what happened once is over; what is only spoken of has not come
FEAR = OVER + "fear, "
STANDS = "if, "  # what stands as it is, like bare wires, is there whenever it began
RULES = (
    # Fire
    _rule(LIFE, "burnable", "burns|caught fire|smoulders", unless=OVER + "habit, lamp", within=5, who=True),
    _rule(LIFE, "burns inside", "burns", unless=OVER + "lamp"),
    _rule(LIFE, "homes burn", unless=OVER + "lamp"),
    _rule(LIFE, "we burn", unless=OVER + "lamp"),
    _rule(LIFE, "caught fire", unless=OVER + "lamp"),
    _rule(LIFE, "fire", unless=FEAR + "of fire, was, often"),
    _rule(LIFE, "flame", "burnable|seen flame|burns", unless=OVER + "lamp, of fire", within=5),
    _rule(LIFE, "smoke", "from house", unless=OVER + "smoke that is none, often", within=6),
    _rule(LIFE, "smells", "burning smell", unless=OVER + "air of the town, often, was, smoke that is none", within=3),
    _rule(LIFE, "electric", "sparks|smoulders", unless=STANDS + "settled, tram", within=6),
    _rule(LIFE, "short circuit", unless=FEAR + "often"),
    # Gas
    _rule(GAS, "leaks", "gas", unless=OVER + "exhaust", within=3),
    _rule(GAS, "gas pipe", "gas pipe broken", unless=OVER + "exhaust"),
    _rule(GAS, "carbon monoxide", unless=OVER),
    # Blasts, shots, poison
    _rule(LIFE, "blast", unless=FEAR + "toy blast, of fire"),
    _rule(LIFE, "now", "will blast", unless=OVER + "toy blast"),
    _rule(LIFE, "shoots", unless=OVER + "no shots"),
    _rule(LIFE, "found", "arms", unless=OVER + "toy blast"),
    _rule(LIFE, "spilt", "mercury", unless=OVER, within=3),
    # What falls
    _rule(LIFE, "great", "collapsed", unless=OVER + "no collapse", who=True),
    _rule(LIFE, "slab", "dropped", unless=OVER + "no collapse", within=2, who=True, joined=True),
    _rule(LIFE, "collapse", unless=FEAR),
    _rule(LIFE, "great|pole", "will collapse", "now", unless="no collapse", within=6),
    _rule(LIFE, "ground", "fell in", unless=OVER, who=True),
    _rule(LIFE, "surface", "fell in", "how deep", unless=OVER, within=9, who=True),
    _rule(LIFE, "person|child", "fell in|fell", "into what", unless=OVER + "near miss", within=7),
    _rule(LIFE, "fell in|fell", "into deep", unless=OVER + "near miss", within=3),
    # Wells
    _rule(LIFE, "open one", "well", unless="well in the house", within=2, joined=True),
    _rule(LIFE, "well", "laid over", "board", unless="well in the house", within=6),
    _rule(LIFE, "well", "open|shut|without lid|in place of lid", unless="well in the house", within=7, who=True),
    _rule(LIFE, "in place of lid"),
    _rule(LIFE, "well", "gone", unless="well in the house", within=5, who=True, joined=True),
    _rule(LIFE, "hatch", "not there", unless="well in the house", within=2, who=True, joined=True, missing=True),
    _rule(LIFE, "drain", "lid", "gone", unless="past, settled", within=5),
    _rule(LIFE, "drain", "lid", "not there", unless="past, settled", within=3, joined=True, missing=True),
    _rule(LIFE, "well", "lid", "gone|open", unless="well in the house", within=8),
    _rule(LIFE, "well", "lid", "not there", unless="well in the house", within=12, joined=True, missing=True),
    _rule(LIFE, "plain lid", "not there", unless="other lid, well in the house", within=2, joined=True, missing=True),
    _rule(LIFE, "plain lid", "gone|open", unless="other lid, well in the house", within=3, joined=True),
    _rule(LIFE, "plain lid", "moved", unless="other lid, well in the house", within=7),
    # Wires
    _rule(LIFE, "wire", "torn", unless=STANDS + "weak wire"),
    _rule(LIFE, "wire|electric", "bare", unless=STANDS + "weak wire"),
    _rule(LIFE, "live", unless=STANDS),
    _rule(LIFE, "tree", "tree fell", "onto wires|on somebody", unless=OVER, within=6),
    # Dogs and people
    _rule(LIFE, "dog", "attacks", unless=STANDS + "no dog, insect, long ago", within=6),
    _rule(LIFE, "bitten", unless=STANDS + "insect, long ago"),
    _rule(LIFE, "attack", unless=FEAR + "no attack"),
    _rule(LIFE, "person", "beats", unless=OVER + "no beating", within=3),
    _rule(LIFE, "beats sure", unless=OVER + "no beating"),
    _rule(LIFE, "threat", "threatens", unless=OVER, within=5),
    _rule(LIFE, "fight", "threat|knife", unless=OVER, within=6),
    _rule(LIFE, "threatens to kill"),
    _rule(LIFE, "cries for help", unless=OVER),
    # Hurt
    _rule(LIFE, "hurt", unless=OVER),
    _rule(LIFE, "person|child", "cannot rise", unless=OVER + "no lying", within=7, who=True),
    _rule(LIFE, "person|child", "cannot get up", unless=OVER + "no lying, climbs", within=7, who=True),
    _rule(LIFE, "person|child", "lies", "lies about", unless=OVER + "no lying", within=6, who=True),
    _rule(LIFE, "person|child", "drowns", unless=OVER + "no drowning", within=5, who=True),
    _rule(LIFE, "run over", unless=OVER + "near miss"),
    _rule(LIFE, "accident", "victims", unless=OVER + "habit, often", within=5),
    _rule(LIFE, "call for", unless=OVER),
    # Children
    _rule(CHILD, "child", "alone", "where alone", unless=OVER, within=5),
    _rule(CHILD, "child", "shut in", unless=OVER + "no shut", joined=True),
    _rule(CHILD, "child", "helpless", "alone", unless=OVER, within=9),
    _rule(CHILD, "child", "lost", unless=OVER, beside="no loss", who=True, joined=True),
    _rule(CHILD, "child", "on edge", unless=OVER + "no edge, near miss", within=6),
    _rule(CHILD, "hurts child", unless=OVER),
    _rule(CHILD, "child", "child fell", "into what", unless=OVER + "near miss", within=6),
    _rule(CHILD, "child", "child harmed", unless=OVER),
    # Lifts
    _rule(LIFE, "stuck", "in lift", unless=OVER + "often", within=5),
    _rule(LIFE, "lift", "stuck", "with people", unless=OVER + "often", within=7),
    # Hot water
    _rule(LIFE, "bursts", "boiling", unless=OVER + "no burst"),
    # Despair; whoever is tired of a life beside a dump is looked for below
    _rule(DESPAIR, "ends life", unless="past, settled, no despair"),
    _rule(DESPAIR, "wish", "leaps", "on high", unless=OVER + "no despair", within=7),
    _rule(DESPAIR, "leaps", "from high", unless=OVER + "no despair"),
)  # fmt: skip


def _by_sense() -> Mapping[str, Sequence[Rule]]:
    """The rules that a sense may begin; most sentences have none of these senses."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in RULES:
        for sense in rule.groups[0]:
            found[sense].append(rule)
    return found


BY_SENSE = _by_sense()


@lru_cache(maxsize=8)  # every question to who wrote it asks again
def dangers_in(text: str) -> frozenset[Danger]:
    """The dangers that a text speaks of; most texts speak of none."""
    found: set[Danger] = set()
    sentences = list(sentences_of(text))
    for sentence in sentences:
        if sentence.places:
            found.update(_in(sentence))
    if _is_a_cry(sentences):
        found.add(LIFE)
    return frozenset(found)


def _in(sentence: Sentence) -> Iterator[Danger]:
    for sense in sentence.places.keys() & BY_SENSE.keys():
        for rule in BY_SENSE[sense]:
            if rule.holds(sentence):
                yield rule.kind
    if _is_despair(sentence):
        yield DESPAIR


def _is_a_cry(sentences: Sequence[Sentence]) -> bool:
    """Whether a text is nothing but a cry for help; «спасите сквер» is none."""
    words = [word for sentence in sentences for word in sentence.words]
    if len(words) > LONGEST_CRY or any(
        len(sentence.at("cry")) != len(sentence.words) for sentence in sentences
    ):
        return False
    # «Срочно! Помогите!» is one cry in two sentences.
    return Sentence(words).has("help now")


def _is_despair(sentence: Sentence) -> bool:
    """Whether somebody does not want to live; «не хочу жить в таком доме» is about the house."""
    if sentence.has("no despair", "past", "if"):
        return False
    such = set(sentence.at("such a life"))
    return any(not such & {at - 1, *range(at + 2, at + 5)} for at in sentence.at("will not live"))

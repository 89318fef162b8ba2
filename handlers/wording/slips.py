"""Find the words that a word of a text means if it is none of their forms: «травка», «сломался», «выбоены»."""

from collections import defaultdict
from collections.abc import Iterable

from Stemmer import Stemmer

# How a word is made small or great, and what of it is left.
BUILT = (
    *(("ся", ""), ("сь", ""), ("очка", "ка"), ("ечка", "ка"), ("чка", "ка"), ("ка", "а")),
    *(("чик", ""), ("ик", ""), ("ок", ""), ("ище", "")),
)
SHORTEST_STEM = 5  # letters; in shorter ones another letter is another word


class NearWords:
    """The words of a dictionary by what they are built to, and by their stems with a letter wrong."""

    def __init__(self, words: Iterable[str]) -> None:
        """Read the ``words``, each a dictionary form."""
        self._stemmer = Stemmer("russian")
        self._stemmer.maxCacheSize = 0  # one that is shared by threads is not safe
        self._words = frozenset(words)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._shorter: dict[str, list[str]] = defaultdict(list)  # stems by themselves less a letter
        for word in sorted(self._words):
            self._by_stem[self._stem(word)].append(word)
        for stem in self._by_stem:
            if len(stem) >= SHORTEST_STEM:
                for shorter in _shorter(stem):
                    self._shorter[shorter].append(stem)

    def built_to(self, forms: Iterable[str]) -> tuple[str, ...]:
        """The words of which these forms are small, great or reflexive ones."""
        found = {
            form.removesuffix(ending) + left
            for form in forms
            for ending, left in BUILT
            if form.endswith(ending)
        }
        return tuple(sorted(found & self._words))

    def misspelt_as(self, word: str) -> tuple[str, ...]:
        """The words that this one is with one letter left out, put in, changed or swapped with its neighbour."""
        stem = self._stem(word)
        if len(stem) < SHORTEST_STEM:
            return ()
        near = {one for shorter in _shorter(stem) for one in self._shorter.get(shorter, ())}
        return tuple(
            word for one in sorted(near) if _is_one_slip(stem, one) for word in self._by_stem[one]
        )

    def _stem(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))


def _shorter(stem: str) -> set[str]:
    """The stem, and all that it is with a letter less."""
    return {stem, *(stem[:at] + stem[at + 1 :] for at in range(len(stem)))}


def _is_one_slip(one: str, other: str) -> bool:
    """Whether two that are alike with a letter less have one letter wrong, and not two."""
    if len(one) != len(other):
        return True
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(wrong) < 2 or (
        wrong == [wrong[0], wrong[0] + 1] and one[wrong[0]] == other[wrong[1]]
    )

"""Whatever residents, employees, messengers, crashes and clocks do: the program agrees with the model.

Hypothesis draws the steps; they run on the whole program in memory (tests/stories/script.py) and on
the model (tests/support/towns/model.py). What it has found stands below as examples.
"""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.ledger import Tally
from tests.stories.cast import Step
from tests.stories.town import Files, Server, Story, StoryTown

# What residents do comes as often as what employees do; the rest in between.
OFTEN = (
    "files",
    "acts",
    "comments",
    "replies",
    "confirms",
    "takes",
    "clock_works",
    "leaps",
    "dies",
)
ACTIONS = (
    *OFTEN,
    *OFTEN,
    *("writes_appeal", "sends_appeal", "informs", "withdraws", "wants_reopened", "sends_reopening"),
    *("reopens", "deletes", "blocks", "unblocks", "begins", "ends", "writes", "presses_anything"),
    *("goes_down", "comes_back", "errs", "errs", "again", "again", "late", "late", "dies", "dies"),
)
TOGETHER = (
    *("files", "sends_appeal", "replies", "comments", "informs", "confirms", "withdraws"),
    *("reopens", "deletes", "takes", "takes", "acts", "acts", "ends", "ends", "writes"),
)


def _steps(names: Sequence[str]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step, st.sampled_from(names), st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)
    )


FIRST = (Step("files", 0), Step("files", 1), Step("takes", 0))
STORIES = st.builds(
    lambda first, rest: [*FIRST[:first], *rest],
    st.integers(0, len(FIRST)),
    st.lists(
        st.one_of(_steps(ACTIONS), _steps(ACTIONS), st.tuples(_steps(TOGETHER), _steps(TOGETHER))),
        min_size=5,
        max_size=40,
    ),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"] if PLAN.long else ["sqlite"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StoryTown:
    """A town for all stories of this module."""
    folder = tmp_path_factory.mktemp("stories")
    if request.param == "sqlite":
        return StoryTown(Files(folder), folder)
    return StoryTown(Server(request.getfixturevalue("postgres")), folder)


def test_the_program_does_what_the_model_does(town: StoryTown) -> None:
    @settings(
        max_examples=250 if PLAN.long else 30,
        derandomize=not PLAN.long,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(story=STORIES)
    def agrees(story: Story) -> None:
        town.runs(story)

    agrees()
    done = f"{town.stories} историй по шагам ({town.steps}) в памяти, {town.databases.name}"
    tally = Tally(town.appeals, town.told, repeated=town.repeated)
    found(Fault("Всё вместе", "смерть процесса среди случайных событий", done, town.deaths), tally)


# What it has found


def test_what_is_said_after_a_deletion_is_not_taken_for_what_was_on_its_way(
    town: StoryTown,
) -> None:
    """SQLite gave the id of the erased question to the word that all is deleted: it was never sent."""
    town.runs(
        [Step("writes_appeal", 2), Step("dies", how=3), (Step("ends"), Step("deletes", 2, how=8))]
    )


TAKEN = (Step("files", 0), Step("takes", 0))
FOUR = (Step("files", 0),) * 4


@pytest.mark.parametrize(
    "story",
    [
        [Step("files", 0), (Step("deletes", 0, 1, 0), Step("takes", 1, 2, 6))],
        [*TAKEN, (Step("acts", 1, how=9), Step("files", 0))],
        [*FOUR, (Step("takes", 0), Step("acts", 1, how=3))],
        [*FOUR, (Step("deletes", 0), Step("acts", 1, how=3))],
    ],
)
def test_what_different_people_do_at_once_happens_in_one_order_or_the_other(
    town: StoryTown, story: Story
) -> None:
    """A press in the staff chat is looked at before it waits: what came after it may overtake it."""
    town.runs(story)


def test_an_answer_that_meets_a_second_question_waits_for_the_word_which_is_meant(
    town: StoryTown,
) -> None:
    for pair in (
        (Step("informs", 0), Step("acts", 1, 1, 1)),
        (Step("acts", 1, 1, 1), Step("informs", 0)),
    ):
        town.runs([Step("files", 0), Step("files", 0), Step("acts", 0, 0, 1), pair])


def test_what_was_overtaken_while_the_messenger_was_away_is_not_told(town: StoryTown) -> None:
    """«Взяли в работу» behind an answer that is already there; the answer itself comes."""
    down = (Step("goes_down"), Step("takes"), Step("acts"))
    town.runs([Step("files", 0), *down, Step("files", 0), Step("files", 0)])


def test_what_could_not_be_sent_in_an_outage_is_not_overtaken_by_what_was_said_later(
    town: StoryTown,
) -> None:
    """After twenty failures in the outage it was taken for a message that fails while others go."""
    words = [Step("writes", who, who // 2) for who in (2, 0, 1)]
    town.runs(
        [
            *(Step("files", 0), Step("goes_down"), *words, Step("clock_works", how=2)),
            *(Step("files", 0), Step("takes", 0, 1), Step("takes", 0)),
        ]
    )

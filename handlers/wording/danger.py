"""Words of danger to life, on which the 112 notice comes before anything else."""

import re

# The list of the domain page. "Не горит" is a lamp that is off, "пожарная часть" a place, and a
# lamp that burns by day is no fire: such words are taken out first. Endings that something must
# follow are bounded: an open one is tried anew from every stem of a long word that repeats it, and
# takes the square of its length. tests/rules/test_linear_patterns.py tries that with every pattern.
HARMLESS = re.compile(
    r"""
    \bне\s+(?:\w+\s+){0,2}?(?:за)?гор(?:ит|ят|ел\w*|ает\w*)
    | (?:\bфонар|\bламп|\bсвет|\bосвещени|\bподсветк|\bпрожектор|\bкнопк|\bокн)\w*\s+
      (?:[\w,]+\s+){0,3}?гор(?:ит|ят)
    | гор(?:ит|ят)\s+(?:\w+\s+){0,2}?(?:фонар|ламп|свет|освещени|подсветк|прожектор|кнопк|окн)\w*
    | \bпровалил\w*\s+(?:на\s+)?(?:экзамен|план|работ|выбор)\w*
    | \bоткрыт\w*\s+крыш\w*
    """,
    re.IGNORECASE | re.VERBOSE,
)
DANGER = re.compile(
    r"""
    запах\w{0,9}\s+газ | пахн\w{1,9}\s+газ | газом\s+(?:пахн|воня)\w* | утечк\w{1,9}\s+газ
    | \bпожар(?!н) | \bгор(?:ит|ят)\b | \bзагорел(?:ся|ась|ось|ись)\b | \bвзрыв\w* | \bвзорва\w*
    | провод\w{0,9}\W+(?:\w+\W+){0,3}?(?:леж\w+|искр\w+|оборва\w+)
    | (?:леж|искр|оборва)\w{1,9}\W+(?:\w+\W+){0,3}?провод
    | \bобвал\w* | \bобруш\w* | \bпровалил\w*
    | открыт\w{0,9}\s+(?:\w+\s+)?люк | люк\w{0,9}\s+(?:\w+\s+)?открыт | люк\w{0,9}\s+без\s+крышк
    | реб[её]нок\s+(?:\w+\s+)?один\b
    | \bнападени\w* | \bнапал[аио]?\b | \bсуицид\w* | покончить\s+с\s+собой
    | прорвал\w{0,9}\W+(?:\w+\W+){0,3}?(?:кипят|горяч)
    | кипят\w{1,9}\W+(?:\w+\W+){0,3}?прорвал
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_emergency(text: str) -> bool:
    """Whether the text speaks of danger to life."""
    return bool(DANGER.search(HARMLESS.sub(" ", text)))

"""The meaning of a short answer: yes, no, or neither for sure. Words with "не" are never a yes."""

import re
from typing import Literal

from storage.spelling import composed

Verdict = Literal["yes", "no", ""]

# Signs say as much as words; a skin's colour changes nothing.
GOOD_SIGNS = re.compile(r"👍|👌|🙏|❤|💚|💙|✅|☑|✔|🤝|🎉|👏|😊|🙂|😀|😃|🥰|💯")
BAD_SIGNS = re.compile(r"👎|❌|✖|😡|😠|🤬|😢|😞|🙁|☹|💩")
REPEATED = re.compile(r"(.)\1+")
DRAWN_OUT = re.compile(r"(.)\1{2,}")  # "дааа", "неееет"

YES = frozenset({"да", "ага", "угу", "yes", "da", "ok", "верно", "подтверждаю"})
NO = frozenset({"нет", "неа", "не", "нету", "no", "net"})
# Each of them alone says that all is well.
SOLVED = frozenset(
    [
        "решено",
        "решена",
        "решен",
        "решены",
        "решили",
        "решилось",
        "решилась",
        "сделано",
        "сделана",
        "сделали",
        "сделан",
        "готово",
        "исправили",
        "исправлено",
        "починили",
        "починено",
        "убрали",
        "убрано",
        "вывезли",
        "вывезено",
        "засыпали",
        "засыпано",
        "отремонтировали",
        "отремонтировано",
        "устранили",
        "устранено",
        "заделали",
        "заделано",
        "помогло",
        "помогли",
        "включили",
        "починен",
        "починена",
        "восстановили",
        "наладили",
        "получилось",
        "спасибо",
        "спс",
        "спасибочки",
        "благодарю",
        "благодарим",
        "благодарны",
        "хорошо",
        "отлично",
        "супер",
        "прекрасно",
        "замечательно",
        "порядке",
        "нормально",
        "норм",
        "молодцы",
        "довольны",
        "доволен",
        "довольна",
        "окей",
        "ок",
        "работает",
        "убрана",
        "убран",
    ]
)
# They change nothing in what the others say.
FILLERS = frozenset(
    [
        "ну",
        "а",
        "и",
        "же",
        "вот",
        "уже",
        "теперь",
        "все",
        "всё",
        "всем",
        "вам",
        "вас",
        "большое",
        "огромное",
        "очень",
        "сегодня",
        "вчера",
        "быстро",
        "проблема",
        "проблему",
        "вопрос",
        "вопросы",
        "закрыт",
        "закрыта",
        "закрывайте",
        "закрыть",
        "закройте",
        "можно",
        "полностью",
        "наконец",
        "снова",
        "опять",
        "полный",
        "порядок",
        "в",
        "за",
        "помощь",
        "работу",
        "так",
        "оперативно",
        "ура",
        "ребята",
        "город",
        "городу",
        "службам",
        "мы",
        "я",
        "это",
        "действительно",
        "тоже",
        "нас",
        "у",
        "меня",
        "яму",
        "мусор",
        "свет",
        "снег",
        "воду",
        "фонарь",
        "двор",
        "дорогу",
        "пожалуйста",
        "конечно",
        "ответ",
        "внимание",
    ]
)
# After "нет" they make it anything: thanks, a doubt, "нет вопросов".
CAREFUL = frozenset(
    [
        "да",
        "спасибо",
        "благодарю",
        "знаю",
        "уверен",
        "уверена",
        "понял",
        "поняла",
        "понимаю",
        "надо",
        "нужно",
        "нужды",
        "вопросов",
        "вопроса",
        "проблем",
        "проблемы",
        "претензий",
        "жалоб",
        "замечаний",
        "слов",
        "видел",
        "видела",
        "смотрел",
        "смотрела",
        "проверял",
        "проверяла",
        "помню",
        "против",
        "больше",
        "уже",
        "совсем",
    ]
)
# They may stand before a "нет".
FIRST_OF_NO = frozenset(
    {"ну", "еще", "пока", "что", "вообще", "совсем", "конечно", "к", "сожалению"}
)
NOT_DONE = re.compile(
    r"""\bне\s+(?:до\s+конца | все\b(?:\s+\w+)? | полностью | так\b | работа\w{1,3} | гор[яи]т | помог\w{0,3}
      | \w{2,15}(?:ли|ло|ла|но|на|ны|ен|ан|лись|лось)\b )
    | \b(?:ничего|никто|так\s+и)\s+не\b(?:\s+\w+)? | \bтак\s+и\s+(?:лежит|стоит|остал|есть|теч)
    | \bвсе\s+(?:еще|так\s*же|по\s+старому|по\s+прежнему|как\s+было)\b | \bдо\s+сих\s+пор\b
    | \bпо\s*прежнему\b | \bпо\s+старому\b | \bна\s+(?:том\s+же\s+)?месте\b | \bопять\b
    | \bостал(?:ся|ась|ось|ись)\b | \bстало\s+хуже\b | \bбез\s+изменений\b
    | \bкак\s+(?:лежал|стоял|был|тек)\w{0,2}\b | \bтолько\s+хуже\b | \bлишь\s+половин | \bчастично\b""",
    re.VERBOSE,
)
DOUBT = re.compile(
    r"\b(?:не\s+зна\w{1,3}|не\s+увер\w{1,4}|не\s+понял\w?|наверное|наверно|вроде|кажется|может|возможно"
    r"|не\s+видел\w?|не\s+смотрел\w?|не\s+проверял\w?|не\s+надо|не\s+нужно|не\s+за\s+что|больше\s+не"
    r"|уже\s+не|не\s+в\s+курсе|не\s+могу|не\s+помню)\b"
)
NEWS = re.compile(
    r"""\b(?: когда | сколько\s+(?:еще\s+)?(?:ждать|можно) | где\s+(?:ответ|вы|бригада|мастер) | ну\s+что
    | что\s+(?:там|слышно|с\s+моим|по\s+мо) | есть\s+(?:ли\s+)?(?:новости|ответ) | как\s+(?:там|дела\s+с)
    | какие\s+новости | долго\s+(?:еще|ли) | скоро\s+ли | жду | ждем | почему\s+(?:не|никто|молчите)
    | по\s+мо(?:ей|ему)\s+(?:заявке|сообщению|обращению|вопросу|жалобе) | до\s+сих\s+пор | так\s+и\s+не
    | напоминаю | повторно )\b""",
    re.VERBOSE,
)
STILL = re.compile(
    r"\b(?:все\s+еще|до\s+сих\s+пор|так\s+и|по\s*прежнему|опять|остал\w{1,3}|на\s+месте|никто|ничего)\b"
)
LONGEST = 300  # of a text that may be a mere answer


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, drawn-out letters as one, «ё» as «е»."""
    said = composed(text).casefold().replace("ё", "е")
    kept = "".join(c if c.isalnum() else " " for c in said)
    return [_drawn_in(word) for word in kept.split()]


def _drawn_in(word: str) -> str:
    short = REPEATED.sub(r"\1", word)
    return short if short in YES | NO else DRAWN_OUT.sub(r"\1", word)


def mere_answer(text: str) -> Verdict:
    """Whether the text is a yes or a no and nothing else."""
    said = [word for word in words_of(text) if word not in {"ну", "конечно", "пока", "еще"}]
    if "?" in text or not said:
        return ""
    if all(word in YES for word in said):
        return "yes"
    return "no" if all(word in NO for word in said) else ""


def verdict(text: str) -> Verdict:
    """The answer to "is it solved?"; empty if it is not sure."""
    if not text.strip() or "?" in text or len(text) > LONGEST:
        return ""
    words = words_of(text)
    if not words:
        return _of_signs(text)
    said = " ".join(words)
    if DOUBT.search(said) or (BAD_SIGNS.search(text) and GOOD_SIGNS.search(text)):
        return ""
    good = any(word in SOLVED or word in YES for word in words)
    denied = bool(NOT_DONE.search(said)) or _begins_with_no(words)
    if denied:
        rest = NOT_DONE.sub(" ", said).split()
        agrees = any(word in YES or word in SOLVED for word in rest)
        return "" if agrees else "no"
    if not good or "не" in words or "нет" in words or BAD_SIGNS.search(text):
        return ""
    return "yes" if all(word in SOLVED | YES | FILLERS for word in words) else ""


def tells_of_something(text: str) -> bool:
    """Whether a "no" is long enough to tell of a trouble, and not of one that lasts."""
    words = words_of(text)
    return len(words) > 3 and not STILL.search(" ".join(words)) and words[0] not in NO - {"не"}


def asks_for_news(text: str) -> bool:
    """Whether somebody asks what has become of something that was said before."""
    return len(text) <= LONGEST and bool(NEWS.search(" ".join(words_of(text))))


def _of_signs(text: str) -> Verdict:
    good, bad = bool(GOOD_SIGNS.search(text)), bool(BAD_SIGNS.search(text))
    if good != bad:
        return "yes" if good else "no"
    return {"+": "yes", "++": "yes", "-": "no", "–": "no", "—": "no"}.get(text.strip(), "")  # type: ignore[return-value]


def _begins_with_no(words: list[str]) -> bool:
    """Whether it is a no, with or without more words; "нет, спасибо" and "нет вопросов" are none."""
    at = 0
    while at < len(words) - 1 and words[at] in FIRST_OF_NO:
        at += 1
    if words[at] not in NO:
        return False
    rest = words[at + 1 :]
    if words[at] == "не":
        return not rest
    return not any(word in CAREFUL for word in rest[:3])

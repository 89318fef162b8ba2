"""Guess the kind of a message from its words: a problem, unless they plainly say another kind."""

import re
from functools import lru_cache
from typing import Literal

from handlers.wording.small_talk import without_greeting

Kind = Literal["problem", "suggestion", "question", "thanks"]
KINDS: tuple[Kind, ...] = ("problem", "suggestion", "question", "thanks")
MOST_LETTERS = 1_500

THANKS = re.compile(
    r"\b(?:спасибо|спс|благодар\w{1,20}|поблагодарить|признательн\w{1,20}|молодцы|низкий\s{1,2}поклон|респект)\b"
)
# At the end of a letter, or before anything was done, it is mere politeness.
POLITE = re.compile(
    r"(?:\b(?:заранее|за\s{1,2}понимание|за\s{1,2}ответ|за\s{1,2}внимание)\b.{0,30}|[.!?,]\s{0,2}(?:большое\s{1,2})?)"
    r"(?:спасибо|благодар\w{1,20})(?:\s{1,2}(?:заранее|большое|вам|за\s{1,2}(?:ответ|внимание|помощь|понимание))){0,4}\s{0,2}[.!]{0,3}$"
    r"|\bзаранее\s{1,2}(?:спасибо|благодар\w{1,20}|признательн\w{1,20})|\b(?:спасибо|благодар\w{1,20})\s{1,2}заранее\b"
    r"|^\s{0,2}(?:спасибо|благодар\w{1,20})(?:\s{1,2}за\s{1,2}(?:ответ|внимание))?\s{0,2},?\s{0,2}(?=но\b|а\b|однако)"
)
# Words of somebody whom something hurts, and who says more than thanks.
COMPLAINT = re.compile(
    r"\b(?:не|нет|ни|но|однако|опять|снова|никто|ничего|невозможно|нельзя|до\s{1,2}сих\s{1,2}пор|хватит|почему|прошу|просим"
    r"|просьба|требу\w{1,20}|примите\s{1,2}меры|когда|сколько\s{1,2}можно|уберите|почините|верните|сделайте|жалоб\w{1,20}|пожаловаться"
    r"|сломан\w*|сломал\w{1,20}|разбит\w*|прорвал\w{1,20}|теч[её]т|воня\w{1,20}|ужас\w*|безобразие|грязь|грязн\w{1,20}|опасн\w{1,20})\b"
)
SUGGESTION = re.compile(
    r"\b(?:предлага(?:ю|ем)|предложени[ея]|предложить|хорошо\s{1,2}бы|неплохо\s{1,2}бы|неплохо\s{1,2}было\s{1,2}бы|хорошо\s{1,2}было\s{1,2}бы"
    r"|было\s{1,2}бы\s{1,2}(?:хорошо|неплохо|здорово|удобно|замечательно|отлично|классно)|давайте|почему\s{1,2}бы"
    r"|есть\s{1,2}(?:идея|предложение)|моя\s{1,2}идея|идея\s{0,2}:|хотелось\s{1,2}бы\s{1,2}(?:видеть|чтобы|больше))\b"
)
ASKS = re.compile(
    r"(?:а\s{1,2}|и\s{1,2}|скажите,?\s{1,2}|подскажите,?\s{1,2}|пожалуйста,?\s{1,2}){0,4}(?:когда|где|куда|откуда|как|каков\w{1,20}"
    r"|как(?:ой|ая|ое|ие|ого|ому|ую)|кто|кому|кого|чей|что\s{1,2}(?:нужно|надо|делать|за)|сколько"
    r"|(?:можно|будет|будут|есть|нужно|планиру\w{1,20})\s{1,2}ли|до\s{1,2}(?:скольки|какого)|во\s{1,2}сколько"
    r"|(?:по\s{1,2}каким|по\s{1,2}какому|в\s{1,2}какие|на\s{1,2}каком)|зачем)\b"
)
# Beginnings of a question that is understood without its sign.
ASKS_PLAINLY = re.compile(
    r"(?:подскажите|скажите|куда\s{1,2}обра\w{1,20}|где\s{1,2}(?:взять|получить|узнать)|как\s{1,2}\w{1,20}ть(?:ся)?|какие\s{1,2}документы"
    r"|во\s{1,2}сколько|до\s{1,2}какого\s{1,2}числа|график\s{1,2}при[её]ма|часы\s{1,2}(?:работы|при[её]ма)|режим\s{1,2}работы)\b"
)
WANTS_TO_KNOW = re.compile(
    r"\b(?:подскажите|хо(?:чу|телось\s{1,2}бы)\s{1,2}(?:узнать|спросить)|интересует|вопрос\s{0,2}:|у\s{1,2}меня\s{1,2}вопрос)\b"
)
# A question that is a complaint: something does not work.
TROUBLE = re.compile(
    r"\b(?:не|нет|ни|опять|снова|никто|ничего|невозможно|почему|сколько\s{1,2}(?:еще\s{1,2})?можно|до\s{1,2}сих\s{1,2}пор|наконец|уже"
    r"|когда\s{1,2}(?:же|дад\w{1,20}|включ\w{1,20}|почин\w{1,20}|убер\w{1,20}|отремонт\w{1,20}|почист\w{1,20}|вывез\w{1,20}|засып\w{1,20}|приед\w{1,20}|верн\w{1,20})"
    r"|доколе|хватит|ям\w{1,3}|сломан\w*|сломал\w{1,20}|разбит\w*|прорвал\w{1,20}|теч[её]т|воня\w{1,20}|мусор\w*|свалк\w{1,20}|авари\w{1,20}|опасн\w{1,20})\b"
)
END = re.compile(r"[.!?\n]")
# A message that says only of which kind it is: «у меня вопрос», «хочу поблагодарить».
BARE = re.compile(
    r"\b(?:ну|вот|у|меня|нас|есть|тут|такая|такой|одна|один|очень|большая|маленький|хочу|хотел|хотела|хотим|бы|можно"
    r"|надо|нужно|мне|вам|к|на|о|об|сообщить|рассказать|задать|написать|оставить|подать|сделать|спросить|решить"
    r"|проблем[аеуы]\w{0,2}|вопрос\w{0,3}|предложени[ея]\w?|предложить|жалоб[ауе]|пожаловаться|благодарность"
    r"|поблагодарить|отзыв|обращение|сообщение|заявк[ау]|заявление)\b"
)


@lru_cache(maxsize=8)
def kind_in(text: str) -> Kind:
    """The kind that the words say."""
    said = (
        " ".join(without_greeting(text[:MOST_LETTERS]).casefold().split())
        .replace("ё", "е")
        .lstrip(" ,.!—-\n")
    )
    polite = POLITE.sub(" ", said)
    if SUGGESTION.search(said):
        return "suggestion"
    if THANKS.search(polite) and not COMPLAINT.search(polite):
        return "thanks" if "?" not in polite else "question"
    return "question" if _asks(said) else "problem"


def _asks(said: str) -> bool:
    """Whether the first sentence is a question, and nothing in the text speaks of a trouble."""
    if TROUBLE.search(said):
        return False
    is_marked = "?" in said and ASKS.match(said)
    return bool(is_marked or ASKS_PLAINLY.match(said) or WANTS_TO_KNOW.search(END.split(said)[0]))


def kind_alone(text: str) -> Kind | None:
    """The kind, if a message names it and says nothing else: «хочу поблагодарить»; None: it says more."""
    said = text.casefold().replace("ё", "е")
    if not BARE.search(said) or any(c.isalnum() for c in BARE.sub(" ", without_greeting(said))):
        return None
    if "благодар" in said:
        return "thanks"
    if "предлож" in said:
        return "suggestion"
    return "question" if "вопрос" in said or "спросить" in said else "problem"

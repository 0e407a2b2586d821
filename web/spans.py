"""Which time the statistics are asked for: a named one, or any month, quarter or year since the first concern."""

from dataclasses import dataclass
from datetime import datetime

from domain.periods import A_MONTH, A_YEAR, Period, Span, periods, spans_of, within
from web.views import Words

MOST_YEARS = 20


class NotShown(Exception):
    """There are no figures of what was asked for: the status of the answer, its texts by name, the first month of which
    there are some.
    """

    def __init__(self, status: int, key: str, first: Span) -> None:
        super().__init__(key)
        self.status, self.key, self.first = status, key, first


@dataclass(frozen=True, slots=True)
class Asked:
    """A time: as an address says it, in words, parted by `bounds` into `labels`. `span` None: the last six months.

    `over`: it ended before now.
    """

    value: str
    name: str
    bounds: list[datetime]
    labels: list[str]
    span: Span | None
    over: bool


@dataclass(frozen=True, slots=True)
class Link:
    """To another time."""

    value: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Others:
    """The ways to other times: the ones beside it, the years, the quarters and months of one year."""

    earlier: Link | None
    later: Link | None
    years: list[Link]
    year: str
    within: list[list[Link]]


def asked(text: str, first: datetime | None, words: Words) -> Asked:
    """The time that an address asks for; the last six months where it asks for none. `first`: the first concern's.

    Raises NotShown: 400 where it can't be read, 404 where it was over before the first concern or lies ahead.
    """
    named = next((one for one in Period if one.value == (text or Period.HALF)), None)
    span = spans_of(words.now).get(named) if named else Span.read(text)
    if named is not None:
        bounds, name = periods(words.now)[named], words(f"board.period_{named.value}")
        return Asked(named.value, name, bounds, _labels(span, bounds, words), span, bounds[-1] <= words.now)
    begins = first or words.now
    if span is None:
        raise NotShown(400, "period_unreadable", _month(begins, words))
    if not _there(span, begins, words.now):
        raise NotShown(404, "period_empty", _month(begins, words))
    bounds = span.bounds(words.now)
    return Asked(str(span), name_of(span, words), bounds, _labels(span, bounds, words), span, bounds[-1] <= words.now)


def others(one: Asked, first: datetime | None, words: Words) -> Others:
    """The ways from one time to others of which there are figures: beside it, the years, one year's parts."""
    begins, now = first or words.now, words.now
    beside = [one.span.beside(steps) if one.span else None for steps in (-1, 1)]
    earlier, later = (_link(span, one, words) if span and _there(span, begins, now) else None for span in beside)
    year = one.span.year if one.span else now.year
    since = max(_month(begins, words).year, now.year - MOST_YEARS)
    years = [Span(n, 1, A_YEAR) for n in range(since, now.year + 1)]
    inner = [span for span in within(year) if _there(span, begins, now)]
    rows = [[span for span in inner if (span.months == A_MONTH) == months] for months in (False, True)]
    short = [[Link(str(span), _short(span, words), span == one.span) for span in row] for row in rows]
    return Others(earlier, later, [_link(span, one, words) for span in years], str(year), short)


def _there(span: Span, begins: datetime, now: datetime) -> bool:
    """Whether anything can be said of it: it has begun, and was not over before the first concern."""
    months = (span.year * 12 + span.month, span.year * 12 + span.month + span.months)
    begins = begins.astimezone(now.tzinfo)
    return months[0] <= now.year * 12 + now.month and begins.year * 12 + begins.month < months[1]


def _month(moment: datetime, words: Words) -> Span:
    local = moment.astimezone(words.now.tzinfo)
    return Span(local.year, local.month, A_MONTH)


def _link(span: Span, one: Asked, words: Words) -> Link:
    return Link(str(span), name_of(span, words), span == one.span)


def name_of(span: Span, words: Words) -> str:
    """A month, quarter or year in words."""
    if span.months == A_YEAR:
        return words("board.span_year", year=span.year)
    return words("board.span_part", year=span.year, part=_short(span, words))


def _short(span: Span, words: Words) -> str:
    """A month or quarter beside others of its year."""
    if span.months == A_MONTH:
        return words.site.texts.list("board.months")[span.month - 1]
    return words("board.quarter", number=span.quarter)


def _labels(span: Span | None, bounds: list[datetime], words: Words) -> list[str]:
    starts = bounds[:-1]
    if span and span.months == A_MONTH:
        return words.site.texts.list("board.tens")[: len(starts)]
    if span and span.months == A_YEAR:
        return [words("board.quarter", number=start.month // 3 + 1) for start in starts]
    months = words.site.texts.list("board.months")
    return [months[start.month - 1] for start in starts]

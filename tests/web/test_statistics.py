"""The statistics: each period in figures that hold, as a chart, tables and a file; nothing private in any."""

import csv
import io
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period, Span, median, periods, spans_of
from domain.terms import ConcernCategory, Visibility
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Task
from models.tables.people import Community
from tests.web import test_languages, town
from tests.web.test_pages import read, visiting, words
from web import charts


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=town.ZONE)


async def worked(of: Community) -> None:
    """Three lifts: finished after 8 and after 20 days, and one late since 9 December; a dispute that waits."""
    for number, said, ended in ((1, at(7, 2), at(7, 10)), (2, at(9, 1), at(9, 21)), (3, at(12, 1), None)):
        topic = await Topic.create(community=of, number=number, title="电梯", made_at=said, ended_at=ended)
        await town.concern(of, number, "电梯坏了", said_at=said, topic=topic)
    await town.task(of, topic, 1, text="修电梯", doer="物业")
    await town.concern(of, 4, "楼上漏水", said_at=at(8, 5), category=ConcernCategory.DISPUTE)
    await town.concern(of, 5, "门口那个事", said_at=at(12, 11), category=None)


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each row of the page's tables, by the row's head."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page)
    return {
        words(head).strip(): [words(cell).strip() for cell in re.findall(r"<td.*?</td>", rest)] for head, rest in found
    }


async def test_statistics_say_what_came_in_and_what_became_of_it():
    """Months with what came in, what got a result, what was late at their end; categories as they stand today."""
    async with visiting() as visitor:
        await worked(await town.community())
        page = await read(visitor, "/statistics")
        table = rows(page)

        assert {label: table[label] for label in ("7月", "9月", "11月", "12月")} == {
            "7月": ["1件", "1件", "无"],
            "9月": ["1件", "1件", "无"],
            "11月": ["0件", "0件", "无"],
            "12月": ["2件", "0件", "过期1项"],
        }
        assert table["服务民生"] == ["3件", "2件", "1件", "过期1件", "8天"]
        assert table["矛盾纠纷"] == ["1件", "0件", "1件", "无", "无"]
        assert table["待定"] == ["1件", "0件", "1件", "无", "无"]
        assert "12月收到2件，最多；那一段有结果的0件。" in words(page)


async def test_chart_draws_what_the_table_says():
    """Each number of the table stands on a bar or under the axis; the chart describes itself and is small."""
    async with visiting() as visitor:
        await worked(await town.community())
        page = await read(visitor, "/statistics")
        chart = page[page.index('<svg class="chart"') :].partition("</svg>")[0]
        drawn = re.findall(r'<text [^>]*text-anchor="middle">([^<]+)<', chart)

        counts = [
            words.removesuffix("件")
            for label in ("7月", "8月", "9月", "10月", "11月", "12月")
            for words in (*rows(page)[label][:2], label)
        ]
        assert drawn == [*counts, "过期1"]
        assert re.search(r'aria-labelledby="chart chart-words">\s*<desc id="chart-words">12月收到2件', chart)
        assert len(chart) < 8192


@pytest.mark.parametrize(
    ("period", "labels", "count"),
    [
        ("half", ["7月", "8月", "9月", "10月", "11月", "12月"], 6),
        ("month", ["上旬", "中旬"], 2),
        ("last_month", ["上旬", "中旬", "下旬"], 1),
        ("quarter", ["10月", "11月", "12月"], 3),
        ("last_quarter", ["7月", "8月", "9月"], 3),
        ("year", ["第1季度", "第2季度", "第3季度", "第4季度"], 6),
        ("last_year", ["第1季度", "第2季度", "第3季度", "第4季度"], 1),
        ("", ["7月", "8月", "9月", "10月", "11月", "12月"], 6),
        ("2026-07", ["上旬", "中旬", "下旬"], 1),
        ("2026-12", ["上旬", "中旬"], 2),
        ("2026-Q3", ["7月", "8月", "9月"], 3),
        ("2026-Q4", ["10月", "11月", "12月"], 3),
        ("2025", ["第1季度", "第2季度", "第3季度", "第4季度"], 1),
    ],
)
async def test_period_counts_what_came_in_within_it(period: str, labels: list[str], count: int):
    """Months in their thirds, quarters in months, years in quarters, named or by their number; else six months."""
    async with visiting() as visitor:
        of = await town.community()
        await worked(of)
        await town.concern(of, 6, "去年的事", said_at=at(12, 31, 2025))
        await town.concern(of, 7, "上个月的事", said_at=at(11, 25))
        page = (await visitor.get("/statistics", params={"period": period})).text

        assert list(rows(page))[: len(labels)] == labels
        assert f"收到{count}件说事" in words(page)
        assert len(re.findall(r'href="\?period=[^"]*" aria-current=', page)) in {1, 2}


@pytest.mark.parametrize(("period", "status"), [
    *((one, 400) for one in ("x' OR 1=1", "2026-13", "2026-Q5", "2026-7", "0000", "12026", "2026-12-01", "２０２６")),
    *((one, 404) for one in ("2026-05", "2027-01", "2025", "2026-Q1", "9999", "1000-01")),
])  # fmt: skip
async def test_time_without_figures_is_refused_in_a_sentence(period: str, status: int):
    """What can't be read, lies ahead or was over before the first concern: what to do instead, in both languages."""
    async with test_languages.visiting() as visitor:
        await worked(await town.community())
        await town.concern(await Community.get(), 8, "悄悄话", said_at=at(1, 1), visibility=Visibility.MODERATORS)
        for path in ("/statistics", "/data/statistics.csv"):
            page = await visitor.get(path, params={"period": period})
            other = await visitor.get(path, params={"period": period}, headers={"Accept-Language": "en"})

            assert (page.status_code, other.status_code) == (status, status)
            assert ("看不懂要哪一段" if status == 400 else "说事从2026年7月开始") in page.text
            assert ("2026-11, 2026-Q4, 2026" if status == 400 else "They begin with Jul 2026") in words(other.text)
            assert "x' OR" not in page.text


async def test_page_leads_to_every_time_since_the_first_concern():
    """Beside the one that is shown the one before and after; the years, the quarters and months of one; no others."""
    async with visiting() as visitor:
        await worked(of := await town.community())
        await town.concern(of, 6, "去年的事", said_at=at(11, 3, 2025))

        def led(page: str) -> list[str]:
            return re.findall(r'href="\?period=([0-9Q-]+)"', page)

        now, last = await read(visitor, "/statistics"), await read(visitor, "/statistics?period=2025-Q4")
        first = await read(visitor, "/statistics?period=2025-11")
        months = [f"2026-{n:02}" for n in range(1, 13)]

        assert led(now) == ["2025", "2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", *months]
        assert led(last) == ["2026-Q1", "2025", "2026", "2025-Q4", "2025-11", "2025-12"]
        assert led(first) == ["2025-12", "2025", "2026", "2025-Q4", "2025-11", "2025-12"]
        assert led(await read(visitor, "/statistics?period=last_month"))[:2] == ["2026-10", "2026-12"]
        assert re.search(r'href="\?period=2025-Q4" aria-current="true">第4季度<', last)
        assert "2025年10月1日（周三）至2025年12月31日（周三），收到1件说事" in last
        for period in led(now):
            assert (await visitor.get(f"/statistics?period={period}")).status_code == 200


async def test_time_that_is_over_may_be_kept():
    """A page or file of a past month may be kept for minutes; the file says when nothing changed."""
    async with visiting() as visitor:
        await worked(await town.community())
        past, now = [await visitor.get(f"/statistics?period={one}") for one in ("2026-09", "2026-12")]
        file = await visitor.get("/data/statistics.csv?period=2026-09")
        again = await visitor.get(
            "/data/statistics.csv?period=2026-09", headers={"If-None-Match": file.headers["etag"]}
        )

        assert [one.headers["cache-control"] for one in (past, now)] == ["public, max-age=300", "no-cache"]
        assert "cookie" in past.headers["vary"].lower()
        assert 'filename="statistics-2026-09.csv"' in file.headers["content-disposition"]
        assert again.status_code == 304


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_named_periods_are_the_spans_they_name(moment: datetime):
    """本月, 上季度 … have the bounds of the span that is written out; each span reads as it is written."""
    now = moment.replace(tzinfo=town.ZONE)
    for period, span in spans_of(now).items():
        assert span.bounds(now) == periods(now)[period]
        assert Span.read(str(span)) == span
        assert span.beside(1).beside(-1) == span
        assert span.beside(1).bounds(now)[0] == span.bounds(now)[-1] or span.bounds(now)[-1] > now


async def test_statistics_count_nothing_private():
    """What only moderators may read is in no number, its work neither."""
    async with visiting() as visitor:
        await worked(await town.community())
        await Concern.all().update(visibility=Visibility.MODERATORS)
        for period in ("half", "month", "year"):
            page = await read(visitor, f"/statistics?period={period}")
            assert "这一段没有说事。" in words(page)
            assert rows(page) == {}


async def test_work_done_in_time_is_late_in_no_month():
    """Late at the end of a month is what was due in it and not done by then."""
    async with visiting() as visitor:
        await worked(await town.community())
        await Task.all().update(last_day=at(10, 20).date(), done_at=at(11, 3), made_at=at(10, 1))
        table = rows(await read(visitor, "/statistics"))

        assert [table[month][2] for month in ("9月", "10月", "11月", "12月")] == ["无", "过期1项", "无", "无"]


async def test_numbers_are_a_file_too():
    """The same numbers as on the page, for a spreadsheet."""
    async with visiting() as visitor:
        await worked(await town.community())
        page = rows(await read(visitor, "/statistics?period=last_quarter"))
        text = (await visitor.get("/data/statistics.csv?period=last_quarter")).text
        table = {row[0]: row[1:] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))}

        assert table["7月"] == ["1", "1", "", "0", ""]
        assert table["服务民生"] == ["2", "2", "0", "0", "8"]
        assert set(page) <= set(table)


async def test_open_year_begins_with_its_first_quarter():
    """On the first of January there is one quarter, one month, one third of a month."""
    found = periods(datetime(2027, 1, 1, 0, 30, tzinfo=town.ZONE))

    assert [len(found[one]) - 1 for one in (Period.YEAR, Period.QUARTER, Period.MONTH)] == [1, 1, 1]
    assert found[Period.LAST_YEAR][0] == datetime(2026, 1, 1, tzinfo=town.ZONE)
    assert found[Period.LAST_QUARTER] == [datetime(2026, month, 1, tzinfo=town.ZONE) for month in (10, 11, 12)] + [
        datetime(2027, 1, 1, tzinfo=town.ZONE)
    ]


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_parts_follow_each_other_and_have_begun(moment: datetime):
    """No gap, no part that lies ahead, at most six."""
    now = moment.replace(tzinfo=town.ZONE)
    for name, bounds in periods(now).items():
        assert bounds == sorted(set(bounds)), name
        assert all(start <= now for start in bounds[:-1])
        assert 1 <= len(bounds) - 1 <= 6
        assert name.startswith("last_") == (bounds[-1] <= now)


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 50), max_size=8))
def test_median_is_the_middle_one(counts: dict[int, int]):
    """As of the numbers written out in order."""
    every = sorted(number for number, count in counts.items() for _ in range(count))

    assert median(counts) == (every[(len(every) - 1) // 2] if every else None)


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 100_000)), min_size=1, max_size=12))
def test_bars_stand_on_the_axis_and_under_its_top(pairs: list[tuple[int, int]]):
    """A higher bar never stands for less; none leaves the box; at most six ticks."""
    chart = charts.grouped([str(i) for i, _ in enumerate(pairs)], list(zip(*pairs, strict=True)))
    bars = [bar for group in chart.groups for bar in group.bars]

    assert all(0 <= bar.y <= charts.HEIGHT and bar.y + bar.height == charts.HEIGHT for bar in bars)
    assert all(one.height <= other.height for one in bars for other in bars if one.value <= other.value)
    assert len(chart.ticks) <= 6
    assert chart.ticks[0] == (0, charts.HEIGHT)

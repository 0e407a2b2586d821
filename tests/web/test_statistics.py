"""The statistics: each period in figures that hold, as a chart, tables and a file; nothing private in any."""

import csv
import io
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period, median, periods
from domain.terms import ConcernCategory, Visibility
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Task
from models.tables.people import Community
from tests.web import town
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
        ("x' OR 1=1", ["7月", "8月", "9月", "10月", "11月", "12月"], 6),
    ],
)
async def test_period_counts_what_came_in_within_it(period: str, labels: list[str], count: int):
    """Months in their thirds, quarters in months, years in quarters; an unknown period is the last six months."""
    async with visiting() as visitor:
        of = await town.community()
        await worked(of)
        await town.concern(of, 6, "去年的事", said_at=at(12, 31, 2025))
        await town.concern(of, 7, "上个月的事", said_at=at(11, 25))
        page = (await visitor.get("/statistics", params={"period": period})).text

        assert list(rows(page))[: len(labels)] == labels
        assert f"收到{count}件说事" in words(page)
        assert len(re.findall('aria-current="page"', page)) == 2


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

"""Shapes and words of a page, without a page."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.terms import SessionRule, Step, VoteKind
from models.board import VoteFacts
from tests.web import town
from web import views, vote_views

WORDS = views.Words(town.site(), town.NOW)
PLACE = views.Place(1, "qzy", "青竹苑小区", "/", SessionRule.DATES, town.PLACE, "19:30", timedelta(hours=2))
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)


@given(texts | st.integers(60, 200).map(lambda length: "换" * length))
def test_pasted_text_is_short_and_keeps_its_label(title: str):
    """At most 120 characters with the link, and the label is never what is cut (VOICE.md section 2)."""
    pasted = views.paste(
        "board.paste_vote",
        WORDS,
        long="title",
        community="青竹苑小区",
        title=title,
        counts="赞同30户，反对12户，弃权3户",
        label="居民协商表决",
        url="https://qzy.example/votes/3",
    )

    assert len(pasted) <= views.PASTE_SIZE
    assert "赞同30户，反对12户，弃权3户。居民协商表决。" in pasted
    assert pasted.endswith("https://qzy.example/votes/3")


@given(texts)
def test_title_is_a_beginning_of_the_text(text: str):
    """A title shows how a text begins, in at most forty characters."""
    title = views.title(text)

    assert len(title) <= views.TITLE_SIZE
    assert text.strip().startswith(title.removesuffix("…"))


@given(texts, st.data())
def test_pieces_are_the_text(text: str, data: st.DataObject):
    """Wrapping adds and loses nothing, whatever the words."""
    words = data.draw(st.lists(st.sampled_from(text.upper()), max_size=9) if text else st.just([]))

    assert "".join(views.pieces(text, words)) == text


def test_pieces_begin_with_words():
    """A long title wraps between words; marks stay with what they belong to."""
    words = ["3号楼", "水压", "低", "夜间", "停水", "怎么", "解决", "A座"]
    found = views.pieces("3号楼水压低、夜间停水（怎么解决）a座", words)

    assert found == ["3号楼", "水压", "低、", "夜间", "停水（怎么", "解决）", "a座"]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from(SessionRule))  # noqa: DTZ001
def test_leaf_shows_the_day_on_the_communitys_clock(moment: datetime, rule: SessionRule):
    """A session at 19:30 UTC is on the next day in Shanghai."""
    leaf = views.leaf(moment.replace(tzinfo=UTC), rule, WORDS)
    local = moment.replace(tzinfo=UTC).astimezone(town.ZONE)

    assert "".join(part.text for part in leaf.day) == str(local.day)
    assert all(part.text in "4四" for part in (*leaf.day, *leaf.week) if part.accent)


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=10))
def test_bars_never_overflow_and_keep_their_order(counts: list[int]):
    """A longer bar never stands for fewer; no bar leaves its track."""
    options = tuple(f"选项{i}" for i in range(len(counts)))
    now = town.NOW
    facts = VoteFacts(3, VoteKind.HOUSEHOLD, "题", options, True, sum(counts), 9999, now, now, now, tuple(counts))
    bars = vote_views.vote(facts, PLACE, WORDS).bars

    assert sum(bar.width for bar in bars) <= vote_views.BAR_SIZE
    for one, count in zip(bars, counts, strict=True):
        for other, more in zip(bars, counts, strict=True):
            if count <= more:
                assert one.width <= other.width


def test_course_has_one_station_at_work():
    """Done before it, still to come after it."""
    for step in Step:
        states = [station.state for station in views.course(step, WORDS)]

        assert states == ["done"] * (step - 1) + ["now"] + [""] * (6 - step)

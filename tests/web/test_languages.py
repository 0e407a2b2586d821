"""Chinese and English: by a link, by what the browser asks for; nothing is left out, nothing promised more."""

import re
import string
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from tests.database import memory
from tests.house.source import ROOT
from tests.web import owners_town, town
from tests.web.test_topics import worked
from web.app import create_app
from web.passages import LANG, NONE, VOID, marked

ENGLISH = ROOT / "locales" / "en"
CHINESE = ROOT / "locales" / "zh_CN"
ONLY_CHINESE = re.compile(
    r"(paste|poster|card|column|open311)_(?!hint)|about_(?!what|who|venue|privacy|check|data)|"
    r"numerals|calendar_name|session_of"
)
"""Texts that go to Chinese groups, to the wall, into files."""
PAGES = (
    "/",
    "/topics",
    "/topics/5",
    "/concerns",
    "/concerns/9",
    "/sessions",
    "/votes",
    "/votes/3",
    "/statistics",
    "/statistics?period=2026-11",
    "/about",
    "/flows",
    "/flows/mediation",
)


@asynccontextmanager
async def visiting(accept: str = "") -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(town.renderer(), lambda: town.NOW))
    headers = {"accept-language": accept}
    async with (
        memory(),
        httpx.AsyncClient(transport=transport, base_url="http://b.example", headers=headers) as visitor,
    ):
        yield visitor


@pytest.mark.parametrize(
    ("accept", "lang"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-CN"),
    ],
)
async def test_language_is_what_the_browser_asks_for(accept: str, lang: str):
    """The first of the two that it names; Chinese where it names neither."""
    async with visiting(accept) as visitor:
        await town.settle()
        answer = await visitor.get("/")

        assert f'<html lang="{lang}"' in answer.text
        assert "Accept-Language" in answer.headers["vary"]


async def test_language_is_chosen_by_a_link_and_kept():
    """A plain link, a cookie, without scripts."""
    async with visiting("zh-CN") as visitor:
        await town.settle()
        link = re.search(r'href="([^"]+)" rel="nofollow" lang="en"', (await visitor.get("/votes")).text)
        assert link is not None
        page = await visitor.get(link[1], follow_redirects=True)
        again = await visitor.get("/sessions")

        assert page.url.path == "/votes"
        assert '<html lang="en"' in page.text
        assert "All dates" not in again.text
        assert "Sessions are on the 4th" in again.text


async def test_own_error_speaks_the_visitors_language_without_a_database():
    """What to do, whom to call, the way on, back and to the other language; nothing asks the database."""
    transport = httpx.ASGITransport(create_app(town.renderer(), lambda: town.NOW), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://b.example") as visitor:
        answer = await visitor.get("/topics?q=x", headers={"accept-language": "en"})

        assert answer.status_code == 500
        for said in ("Not opened: our fault", "note the code W", "call 0771-000 0004", "This board is run by"):
            assert said in answer.text
        for link in ('href="/topics?q=x">Try again<', 'href="/">Back to the start<', 'href="/topics?q=x&amp;lang=zh"'):
            assert link in answer.text


async def test_every_page_speaks_english():
    """Without a word of ours in Chinese; what residents said stays as it was said."""
    async with visiting("en") as visitor:
        await town.topics(await town.settle())
        for path in PAGES:
            answer = await visitor.get(path)
            assert answer.status_code == 200, path
            for said in ("下次说事会", "等管理员", "已投", "附议", "返回", "截止"):
                text = re.sub(r"“[^”]*”", "", re.sub(r'<p class="paste".*?</p>', "", answer.text, flags=re.DOTALL))
                assert said not in text, (path, said)


@pytest.mark.parametrize("path", ["/", "/topics/5", "/concerns/9", "/votes/3", "/votes/4"])
async def test_text_to_paste_is_chinese_whoever_reads_the_page(path: str):
    """It goes to Chinese groups; and what is in Chinese on an English page says so (WCAG 3.1.2)."""
    async with visiting("en") as english:
        await town.topics(await town.settle())
        found = re.search(r'<p class="paste" id="paste" lang="zh-CN">([^<]+)<', (await english.get(path)).text)
        assert found is not None
        pasted = re.sub(r"https?://\S+", "", found[1])

        assert re.findall("[A-Za-z]+", pasted) == []


async def test_passage_in_another_language_says_so():
    """Titles, residents' words, options and rooms are Chinese; a Chinese page says nothing of it."""
    passages = {
        "/topics/5": ("<h1", '<p class="words"', "<p"),
        "/concerns/9": ("<h1", "<blockquote"),
        "/votes/4": ("<li", "<h1"),
        "/": ("<h3",),
    }
    async with visiting("en") as visitor:
        await town.topics(await town.settle())
        for path, tags in passages.items():
            page = (await visitor.get(path)).text
            for tag in tags:
                assert re.search(rf'{tag}[^>]*lang="zh-CN"|{tag}="zh-CN"', page), (path, tag)
            chinese = (await visitor.get(path, headers={"accept-language": "zh"})).text
            assert chinese.count('lang="zh-CN"') == 1


class Passages(HTMLParser):
    """The texts of a page, each with the language that it is said to be in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in NONE:
            self.found.append((self.open[-1][1], data.strip()))


async def test_every_chinese_word_of_an_english_page_says_so():
    """On each page, within sentences of ours too; a Chinese page has English in its link and its technical names."""
    ways = (
        *PAGES,
        "/topics?q=停水",
        "/sessions/20261214",
        "/votes/6",
        "/votes/8",
        "/district",
        "/api",
        "/print",
        "/none",
    )
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await worked(of)
        await owners_town.settle(of)
        for path in ways:
            english = Passages((await visitor.get(path, headers={"accept-language": "en"})).text).found
            chinese = Passages((await visitor.get(path, headers={"accept-language": "zh"})).text).found
            silent = [text for lang, text in english if re.search("[\u4e00-\u9fff]", text) and lang != "zh-CN"]
            foreign = [text for lang, text in chinese if re.search("[A-Za-z]+ [a-z]+ [a-z]+", text) and lang != "en"]
            assert len(english) > 10, path
            assert (silent, foreign) == ([], []), path


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Hotline 0771，每天8:00至20:00, or</p>", "<p>Hotline 0771<span@>，每天8:00至20:00</span>, or</p>"),
        ("<p lang='x'>a</p><p>b<br>水</p>", "<p lang='x'>a</p><p>b<br><span@>水</span></p>"),
        ("<p@>水<b>灯</b></p><b>灯</b>", "<p@>水<b>灯</b></p><b><span@>灯</span></b>"),
        ("<b>#9: 水<wbr>灯 a</b>", "<b>#9: <span@>水<wbr>灯</span> a</b>"),
        ("<option value='水'>灯</option>", "<option@ value='水'>灯</option>"),
        ("<title>水</title><p>&lt;水&gt;</p>", "<title>水</title><p>&lt;<span@>水</span>&gt;</p>"),
    ],
)
def test_passage_is_marked_and_nothing_else(page: str, found: str):
    """Texts only, never an attribute; once, however deep."""
    assert marked(page.replace("@", LANG)) == found.replace("@", LANG)


def texts(folder: Path, name: str) -> dict[str, object]:
    told = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
    return {
        **told,
        **{f"{key}.{one}": text for key, part in told.items() if isinstance(part, dict) for one, text in part.items()},
    }


@pytest.mark.parametrize("name", ["board", "say", "recount"])
def test_each_text_has_its_english(name: str):
    """But for what goes to Chinese readers only; and nothing in English that is not in Chinese."""
    chinese, english = texts(CHINESE, name), texts(ENGLISH, name)

    assert sorted(key for key in chinese.keys() - english.keys() if not ONLY_CHINESE.match(key)) == []
    assert english.keys() - chinese.keys() == set()


@pytest.mark.parametrize("name", ["board", "say", "recount"])
def test_each_english_text_has_the_same_facts(name: str):
    """What is filled in is filled in in both."""
    chinese, english = texts(CHINESE, name), texts(ENGLISH, name)
    fields = lambda text: {field for _, field, _, _ in string.Formatter().parse(str(text)) if field}  # noqa: E731

    wrong = {key for key, text in english.items() if fields(text) != fields(chinese[key])}
    assert wrong == set()

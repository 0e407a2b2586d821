"""Builds what handlers are given from files: texts, lexicons, forms of dates."""

import tomllib
from zoneinfo import ZoneInfo

from bot import flows
from bot.holidays import is_holiday, is_workday
from bot.rules import load_profiles
from bot.texts import Texts
from bot.words import LEXICON, Understanding
from domain.dates import DateWords
from domain.privacy import PrivacyLexicon
from handlers.desk import House
from models.store import Store

ZONE = ZoneInfo("Asia/Shanghai")


def date_words(texts: Texts) -> DateWords:
    """How the language writes dates."""
    forms = texts.table("contract.dates")
    lengths = {name: forms[name] for name in ("minutes", "hours", "days")}
    return DateWords(
        day=forms["day"],
        day_of_year=forms["day_of_year"],
        weekdays=tuple(forms["weekdays"]),
        today=forms["today"],
        tomorrow=forms["tomorrow"],
        by=forms["by"],
        lengths=lengths,
    )


def private_words() -> PrivacyLexicon:
    """What is masked, and what waits for a moderator."""
    return PrivacyLexicon.of(tomllib.loads((LEXICON / "privacy.toml").read_text("utf-8")))


def make_house(
    texts: Texts, understanding: Understanding, key: bytes, *, operator: str, contact: str, public_url: str = ""
) -> House:
    """The house around every event."""
    return House(
        store=Store(),
        texts=texts,
        understanding=understanding,
        masking=private_words(),
        dates=date_words(texts),
        zone=ZONE,
        key=key,
        operator=operator,
        contact=contact,
        public_url=public_url,
        holiday=is_holiday,
        workday=is_workday,
        notice_version=texts("privacy.version"),
        rules=load_profiles(),
        flows=flows.load(texts),
    )

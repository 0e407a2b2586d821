"""How cards look in tests: as in the program."""

from bot import wechat
from bot.channels.wecom.cards import Look
from bot.texts import Texts

TEXTS = Texts.load()
LOOK: Look = wechat.wecom_look(TEXTS, "说事")
EARS = wechat.wecom_ears(TEXTS, "说事")
HOUSEHOLD = TEXTS("vote.label_household")

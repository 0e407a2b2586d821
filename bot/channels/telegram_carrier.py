"""Which of the two libraries carries Telegram."""

from bot.channels.telegram import Setup, TelegramChannel


def channel(library: str, setup: Setup) -> TelegramChannel:
    """The Telegram channel over `library` ("ptb" or "aiogram"), which is imported only now (aiogram takes seconds)."""
    if library == "aiogram":
        from bot.channels.telegram_aiogram import AiogramChannel

        return AiogramChannel(setup)
    from bot.channels.telegram_ptb import PtbChannel

    return PtbChannel(setup)

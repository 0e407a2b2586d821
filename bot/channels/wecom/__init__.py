"""WeCom (企业微信): the bot over its long connection or its callback, the webhook, tasks for customer groups."""

"""公众号 (Official Account): residents one to one, passive replies, a menu, subscription notices where allowed."""

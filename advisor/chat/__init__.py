"""Conversations, on any platform or none."""

from advisor.chat.conversation import Conversation, Memory, TopicBrowser

__all__ = ["Conversation", "Memory", "TopicBrowser"]

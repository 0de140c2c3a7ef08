"""Mail: messages out, replies in."""

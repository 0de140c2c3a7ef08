"""Speed side by side: ours, what people write today, and the floor under both (see README.md)."""

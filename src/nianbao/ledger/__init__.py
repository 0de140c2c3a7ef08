"""The round's append-only record: what came in, what was found, decided and merged."""

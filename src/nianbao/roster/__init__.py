"""Who reports: the list of units."""

"""A round on disk: settings, roster, folders, key."""

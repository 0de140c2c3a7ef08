"""The files to be read, found in folders and archives."""

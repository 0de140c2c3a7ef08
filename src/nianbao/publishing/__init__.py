"""A return as the report that is published: Word, web page, PDF; its figures read back before it is given out."""

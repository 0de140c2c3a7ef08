"""Bytes of a file that came in, as a grid of cells; nothing in it is trusted."""

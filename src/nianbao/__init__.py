"""A round of statutory reporting through spreadsheets: blanks out, returns in, one county workbook."""

__version__ = "0.1.0"
INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""

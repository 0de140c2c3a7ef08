"""Workbooks written: looks, locks, prompts, blanks, values filled in."""

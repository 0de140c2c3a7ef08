"""Sections in words: the figures and the year that they tell."""

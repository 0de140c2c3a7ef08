"""A workbook that came back: whose it is, what it answers, what is wrong with it."""

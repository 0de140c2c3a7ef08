"""The sample county's round, from blanks to county workbook."""

"""The copy of a returned workbook that goes back to its unit: wrong cells marked, the form itself restored."""

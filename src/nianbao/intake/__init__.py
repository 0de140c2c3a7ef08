"""Published reports in: a file to its tables and sections, placed by their labels, as a filled workbook."""

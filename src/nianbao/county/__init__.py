"""The consolidation of a round and the county workbook."""

"""A finished workbook held against its layout, from its bytes: what was written, not what was meant."""

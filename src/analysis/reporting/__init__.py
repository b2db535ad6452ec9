"""What a reader sees: facts, sentences, charts, tables, the page and the workbook."""

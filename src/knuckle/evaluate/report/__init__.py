"""The report: an HTML page with plots and worst cases, and a JSON record."""

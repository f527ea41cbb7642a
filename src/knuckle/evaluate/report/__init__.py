"""What a reader gets: the HTML page with its plots and worst cases, and the JSON record."""

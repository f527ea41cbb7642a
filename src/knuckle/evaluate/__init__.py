"""How good predictions are: data sets and clips, any tracker's predictions, figures, a report."""

"""How good an answer is: annotated pictures and clips, any tracker's answers, figures, a report."""

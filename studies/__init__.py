"""Studies that fit the constants of the package, and judge them on held-out pictures.

confidence.py         fits and judges the confidence of joints; writes fitted/confidence.json
confidence_fit.py     the models that confidence.py compares
confidence_report.py  its tables, its plot and the file of the weights
logistic.py           logistic regression
readings.py           the readings with known ground truth that the confidence is fitted to
joint_offsets.py      the constant offset between a set's joints and MediaPipe's
average_hand.py       the average hand; prints the table of geometry/average_hand.py
"""

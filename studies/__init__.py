"""What fits the constants that the package ships, and judges them on pictures held out.

confidence.py         fits and judges the confidence of joints; writes fitted/confidence.json
confidence_fit.py     the models that it compares
confidence_report.py  its tables, curves and the file of the weights
logistic.py           the logistic model that it fits
readings.py           what it is fitted to: readings with a known truth
joint_offsets.py      where a set's truth puts a joint, and where MediaPipe does
average_hand.py       the bones of the average hand; prints geometry/average_hand.py's table
"""

"""LeRobot data sets, version 3: tables of clips made into one, and one extended by hands."""

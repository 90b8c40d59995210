"""Find the work of each lookup: the one part of a run that uses the network."""

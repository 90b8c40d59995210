"""Faults that really happen: processes that are killed, disks that are full, answers that lie.

`python -m faults` prints the matrix of faults by what they hit, `python -m faults.kills` kills a
run hundreds of times. The tests go through the same cells.
"""

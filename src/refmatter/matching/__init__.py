"""Is this candidate that work? Values in, values out."""

"""What to ask each service, and how to read its answer; no I/O."""

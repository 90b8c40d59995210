"""`refmatter lint`: find errors in the notes of a vault, and apply safe fixes."""

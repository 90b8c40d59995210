"""`refmatter check`: what enrich would change."""

"""Catalogues built from dumps: build, update, look up, and match in bulk."""

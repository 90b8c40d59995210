"""The notes of a vault -> what is wrong in them, and what of it is certain -> put right."""

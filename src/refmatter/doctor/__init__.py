"""A vault and everything it is completed with -> what is well, what is not, and what to do."""

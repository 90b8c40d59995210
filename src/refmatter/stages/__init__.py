"""One verb a file, from frozen values to frozen values."""

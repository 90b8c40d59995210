"""Records of dumps -> a catalogue on disk, and its works by title and by identifier."""

"""Reading, past the committer."""

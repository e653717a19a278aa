"""Every write as a command: what it reads, and what it decides."""

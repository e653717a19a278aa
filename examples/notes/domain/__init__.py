"""Pure things that decide: no database, no framework."""

"""What a process is made of, whichever service runs in it.

settings/    everything that can be configured, from the environment
telemetry/   logs, metrics, traces
health.py    whether the process lives, and whether it is ready
process/     roles, signals, serving HTTP
assembly.py  a committer, a relay and consumers on a database and a broker

`settings`, `telemetry` and `health` stand below all other rooms; `process` and `assembly` above.
"""

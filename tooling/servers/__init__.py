"""Servers and programs that tests and benchmarks start: real ones, ended after use.

- `apache_kafka`: one node of Apache Kafka, where Java and Maven are installed;
- `postgresql`: a new cluster of PostgreSQL, for a peer that stores its data there;
- `peers`: the Python of the programs that benchmarks compare with;
- `role_processes`: roles of services as processes, as a cluster runs them;
- `http`: an app behind a socket in this process;
- `not_available`: the error of whatever can't be had on this machine.

MongoDB and the embedded broker are parts of the product: `mitmach.embedded`.
"""

"""What builds and judges the product, and is no part of it: in no wheel and in no image.

- `python -m tooling.generate`: writes the generated documents, or says which are out of date;
- `generators`: one module per family of those documents;
- `python -m tooling.clients`: the same for what is generated in `clients/` (`make clients`);
- `python -m tooling.mutants`: takes each safeguard out and wants a test to fail (`make mutants`);
- `python -m tooling.audit`: looks every locked dependency up among known weaknesses (`make audit`);
- `servers`: the real servers and programs that tests and benchmarks start;
- `sample_events`, `metrics_records`: events to try things with, and the slow way to the figures;
- `sql_oracle`: holds what a platform shows against the queries of `docs/sql`.

Tooling may import everything of the product; the product, in turn, imports nothing of it.
"""

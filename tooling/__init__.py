"""What builds and judges the product, and is no part of it: in no wheel and in no image.

- `python -m tooling.generate`: writes the generated documents, or says which are out of date;
- `generators`: one module per family of those documents.

Tooling may import everything of the product; the product, in turn, imports nothing of it.
"""

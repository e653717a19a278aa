"""What `tooling.generate` writes: a module or a package per family of documents.

Each follows one protocol: `generate()` gives the content of every file of its family by the file's
path relative to the repository. It depends on nothing but the code and writes nothing itself, so
that `--check` can compare without touching a file.
"""

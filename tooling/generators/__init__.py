"""What `tooling.generate` writes, one module per family of documents."""

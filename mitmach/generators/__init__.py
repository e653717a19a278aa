"""What `mitmach.generate` writes, one module per family of documents."""

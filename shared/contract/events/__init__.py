"""The event contract: one module per family of types, the envelope, the topics, the registry."""

"""Services that show how a service is built; no part of the platform."""

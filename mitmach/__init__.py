"""The command line, the platform in one process, and the demo organisation.

Nothing else imports this package.
"""

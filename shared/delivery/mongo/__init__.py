"""The only place that knows the database driver: databases, transactions, sessions, and errors.

client.py          connecting, and what the server must be able to do
database.py        collections, reads, and writes outside of transactions
sessions.py        transactions, and the sessions of processes that were killed
documents.py       entities to documents and back
entities.py        reading documents as entities, outside of transactions
failures.py        what the driver's errors mean
driver.py          the two drivers, and everything in which they differ
administration.py  what an operator does once to a new MongoDB

Two drivers do the same work: Motor, and PyMongo's own asyncio API that Motor's maintainers
recommend today. Everything else of Mitmach sees the classes named here.
"""

from shared.delivery.mongo.client import (
    Mongo,
    NoTransactions,
    check_url,
    connect,
    initiate_replica_set,
)
from shared.delivery.mongo.database import Database, Index, Order, View, WriteResult
from shared.delivery.mongo.documents import cluster_time, document, entity
from shared.delivery.mongo.driver import Driver
from shared.delivery.mongo.entities import EntityStore
from shared.delivery.mongo.failures import (
    CommitUnknown,
    Conflict,
    Duplicate,
    deadline,
    denied,
    is_about_data,
)
from shared.delivery.mongo.reasons import why_unavailable
from shared.delivery.mongo.sessions import COLLECTIONS, Session, SessionRegistry, Transaction

__all__ = [
    "COLLECTIONS",
    "CommitUnknown",
    "Conflict",
    "Database",
    "Driver",
    "Duplicate",
    "EntityStore",
    "Index",
    "Mongo",
    "NoTransactions",
    "Order",
    "Session",
    "SessionRegistry",
    "Transaction",
    "View",
    "WriteResult",
    "check_url",
    "cluster_time",
    "connect",
    "deadline",
    "denied",
    "document",
    "entity",
    "initiate_replica_set",
    "is_about_data",
    "why_unavailable",
]

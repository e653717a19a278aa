"""What happens to every request before and after its route.

request_middleware.py  the order of it all: too busy? who asks? a body? then the route; then metrics
admission.py           who asks, and whether they ask too often
cross_origin.py        which pages of other origins may read the answers
answers.py             what is added to answers on their way out, and HEAD
failures.py            what FastAPI and Starlette raise, as problem documents
records.py             what is logged about requests
"""

from shared.web.http.middleware.answers import as_get, with_headers
from shared.web.http.middleware.cross_origin import CrossOrigin
from shared.web.http.middleware.failures import install_handlers
from shared.web.http.middleware.records import AccessLog, record_malformed
from shared.web.http.middleware.request_middleware import GUARDED, RequestMiddleware

__all__ = [
    "GUARDED",
    "AccessLog",
    "CrossOrigin",
    "RequestMiddleware",
    "as_get",
    "install_handlers",
    "record_malformed",
    "with_headers",
]

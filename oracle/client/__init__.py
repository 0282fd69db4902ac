"""A typed client of the HTTP API, for programs in Python: `Client`, and `AsyncClient` for asyncio.

It needs none of the server's parts: no database, no collector. Answers are the models of the server's own documents.
"""

from oracle.answer import Answer
from oracle.api.models import DatasetLine, DatasetPart, OfficialRate, VenueDay
from oracle.client.calls import OracleProblem, Reading
from oracle.client.concurrent import AsyncClient
from oracle.client.direct import Client
from oracle.price.row import AskedRow, PricedRow

__all__ = [
    "Answer",
    "AskedRow",
    "AsyncClient",
    "Client",
    "DatasetLine",
    "DatasetPart",
    "OfficialRate",
    "OracleProblem",
    "PricedRow",
    "Reading",
    "VenueDay",
]

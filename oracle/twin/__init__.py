"""Local stand-ins of exchanges and of the Bank of Russia, speaking their wire formats over HTTP."""

from oracle.twin.faults import Fault
from oracle.twin.server import Served, Twin
from oracle.twin.table import RateRow, Row, TwinData, TwinMarket

__all__ = ["Fault", "RateRow", "Row", "Served", "Twin", "TwinData", "TwinMarket"]

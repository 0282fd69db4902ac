"""Log lines on stderr: readable on a terminal, one JSON document each elsewhere, libraries' own included."""

import logging
import sys

import stamina.instrumentation
import structlog


class _Passed(logging.Handler):
    """Passes the records of libraries on as events of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name)


def configure_logs() -> None:
    """Set logging up for this process. Retries are told by the ledger of attempts, not here."""
    stamina.instrumentation.set_on_retry_hooks([])
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.format_exc_info,
            *([] if terminal else [structlog.processors.JSONRenderer()]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    scheduler = logging.getLogger("apscheduler")
    scheduler.handlers[:] = [_Passed(logging.WARNING)]
    scheduler.propagate = False

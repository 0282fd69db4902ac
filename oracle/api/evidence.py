"""`/v1/evidence`: the bundle by which anybody checks the answer of `/v1/quotations`, as a ZIP."""

import re
import tempfile
from pathlib import Path

from aiohttp import hdrs

from oracle.api.caching import unchanged, validators
from oracle.api.media import ZIP
from oracle.api.quotations import Asking, CoinOn, known_at_of, question_of
from oracle.api.route import Call, Reply, route
from oracle.days import parse_day
from oracle.evidence.make import Sources, bundle


@route(
    "GET",
    "/v1/evidence/{coin}/{date}",
    tag="evidence",
    path=CoinOn,
    query=Asking,
    formats=(ZIP,),
    problems=(
        *("unknown-coin", "before-listing", "not-collected", "day-not-over", "ambiguous-name", "unprocessable"),
        "unavailable",
    ),
    is_heavy=True,
)
async def evidence(call: Call) -> Reply:
    """The evidence of the quotations of a coin on a date: one file that `oracle verify` checks without this server.

    It holds the answer as of the dataset's publication, every response that it rests on exactly as received, the rules
    and the calculation, and README.txt says how to check it. The same question to the same dataset gives the same
    bytes.
    """
    parse_day(call.path.date)
    service, asked = call.service, call.query
    question = question_of(call, call.path.coin, call.path.date, asked)
    known_at = known_at_of(service, asked)
    await service.current.ready(asked.dataset)
    with service.current.held(asked.dataset) as opened:
        lasting = question.taxpayer is None
        headers = validators(opened, call) if lasting else {}
        if lasting and (reply := unchanged(call, headers)):
            return reply
        sources = Sources(opened.path, service.home.archive, service.home.path)

        def work() -> bytes:
            with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
                return bundle(sources, [question], Path(folder) / "evidence.zip", known_at).path.read_bytes()

        body = await service.current.done(opened, work)
    name = re.sub(r"[^A-Z0-9.-]", "_", question.coin.upper())
    headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="evidence-{name}-{question.day}.zip"'
    # It is packed already.
    headers[hdrs.CONTENT_ENCODING] = "identity"
    return Reply(body, ZIP, lasting, headers=headers)

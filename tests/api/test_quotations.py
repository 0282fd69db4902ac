"""`/v1/quotations/{coin}/{date}`: the answer of the command line, and what is told when there is none."""

import json

import pytest

from oracle.ask import Question, ask
from oracle.days import parse_when
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.api.conftest import Client
from tests.priced import NOW


@pytest.mark.parametrize("query", ["", "?lang=ru", "?choose=lowest", "?rulebook=tax-code-per-coin", "?venue=okx"])
async def test_the_answer_is_that_of_the_command_line(client: Client, home: Home, query: str) -> None:
    """Whatever is asked, the document is the same, digit for digit."""
    day, _ = parse_when("2026-03-10")
    how = dict(part.split("=") for part in query.removeprefix("?").split("&") if part)
    with Reads(home.current) as reads:
        expected = ask(reads, Question("BTC", day, **how), NOW)  # type: ignore[arg-type]
    found = await client(f"/v1/quotations/BTC/2026-03-10{query}")
    assert found.status == 200
    assert found.json == json.loads(expected.model_dump_json())


async def test_the_same_question_is_answered_once(client: Client) -> None:
    """The second answer has the bytes of the first, and who has them is told that they still hold."""
    first, second = [await client("/v1/quotations/BTC/2026-03-10") for _ in range(2)]
    assert first.body == second.body
    again = await client("/v1/quotations/BTC/2026-03-10", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = await client("/v1/quotations/BTC/2026-03-10?lang=ru", headers={"If-None-Match": first.headers["etag"]})
    assert other.status == 200


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/quotations/NOPE/2026-03-10", 404, "unknown-coin"),
        ("/v1/quotations/BTC/2026-03-99", 400, "malformed"),
        ("/v1/quotations/BTC/2025-02-30", 400, "malformed"),
        ("/v1/quotations/BTC/-1", 400, "malformed"),
        ("/v1/quotations/BTC/9999-12-31", 409, "day-not-over"),
        ("/v1/quotations/BTC/2026-03-14", 409, "day-not-over"),
        ("/v1/quotations/BTC/2021-03-14", 404, "before-listing"),
        ("/v1/quotations/BTC/2026-03-10?rulebook=none", 422, "unprocessable"),
        ("/v1/quotations/BTC/2026-03-10?venue=none", 422, "unprocessable"),
        ("/v1/quotations/BTC/2026-03-10?rule=x", 400, "malformed"),
        ("/v1/quotations/BTC/2026-03-10?lang=de", 400, "malformed"),
        ("/v1/quotations/BTC/2026-03-10?lang=en&lang=ru", 400, "malformed"),
        ("/v2/quotations", 404, "not-found"),
    ],
)
async def test_what_is_wrong_is_a_problem_document(client: Client, path: str, status: int, kind: str) -> None:
    """A stable type, what was wrong, what to do, and the id under which the log has it."""
    found = await client(path)
    assert (found.status, found.headers["content-type"]) == (status, "application/problem+json")
    assert found.json["type"] == f"/problems/{kind}"
    assert found.json["detail"]
    assert found.json["next"]
    assert found.json["instance"].endswith(found.headers["x-request-id"])

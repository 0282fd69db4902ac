"""The bundle of evidence over HTTP: the file that the command writes, with a name of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from oracle.evidence.verify import verify
from oracle.settings import Home
from tests.api.conftest import Client, running


@pytest.fixture
async def ask(home: Home) -> AsyncIterator[Client]:
    """A client of a running server."""
    async with running(home) as client:
        yield client


async def test_the_bundle_of_an_answer(ask: Client, tmp_path: Path) -> None:
    """It verifies, holds what was asked for, and is not sent again to whoever has it."""
    found = await ask("/v1/evidence/btc/2026-02-03?choose=lowest&quantity=0.5&lang=ru")
    assert found.status == 200, found.body
    assert found.headers["content-type"] == "application/zip"
    assert found.headers["content-disposition"] == 'attachment; filename="evidence-BTC-2026-02-03.zip"'
    path = tmp_path / "got.zip"
    path.write_bytes(found.body)
    assert verify(path).agrees
    again = await ask(
        "/v1/evidence/btc/2026-02-03?choose=lowest&quantity=0.5&lang=ru",
        headers={"If-None-Match": found.headers["etag"]},
    )
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/evidence/NOSUCH/2026-02-03", 404, "unknown-coin"),
        ("/v1/evidence/BTC/2026-02-30", 400, "malformed"),
        ("/v1/evidence/BTC/2026-02-03?as_known_at=2099-01-01T00:00:00Z", 400, "malformed"),
        ("/v1/evidence/BTC/2026-02-03?rulebook=none", 422, "unprocessable"),
    ],
)
async def test_what_has_no_answer_has_no_evidence(ask: Client, path: str, status: int, kind: str) -> None:
    """The problem is the one that the answer would have had."""
    found = await ask(path)
    assert (found.status, found.json["type"].rpartition("/")[2]) == (status, kind)

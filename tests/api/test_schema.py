"""The OpenAPI document and the server say the same: what it allows is answered, what it forbids is refused."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis.openapi
from jsonschema_rs import meta

from oracle.api.openapi import document
from oracle.settings import Home
from tests.api.conftest import running

# Well-formed questions that have no answer (an unknown rulebook, a range backwards) are 422, wishes for none of our
# formats 406, days that are not over 409; everything else that the document allows must be answered. That a text is a
# table with the columns that it must have (else 400) no schema says.
CHECKS = """[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "404", "406", "409", "422"]

[[operations]]
include-name = "POST /v1/quotations"

[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "406", "422"]
"""


async def test_thousand_requests_made_of_the_document(home: Home, tmp_path: Path) -> None:
    """All checks: statuses, types and bodies as documented, nothing 5xx, wrong data and methods refused."""
    (tmp_path / "schemathesis.toml").write_text(CHECKS)
    async with running(home) as client:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")),
            *("run", f"{client.address}/openapi.json", "--checks", "all", "--seed", "1", "--max-examples", "2"),
            *("--generation-database", "none", "--no-color", "--warnings", "off"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        assert process.returncode == 0, told.decode()[-20_000:]
        assert f"Tested: {len(list(_operations()))}" in told.decode()
        assert (await client("/healthz")).status == 200


def test_the_document_is_one_of_openapi() -> None:
    """Every schema in it is one of JSON Schema 2020-12, every reference leads somewhere, every id is there once."""
    told = document()
    assert told["openapi"].startswith("3.1")
    schemas = told["components"]["schemas"]
    for name, schema in schemas.items():
        meta.validate(schema)
        jsonschema_rs.validator_for({**schema, "components": {"schemas": schemas}})
        assert name
    ids = [operation["operationId"] for operation in _operations()]
    assert len(ids) == len(set(ids))
    for operation in _operations():
        assert operation["summary"]
        for parameter in operation["parameters"]:
            assert parameter["description"]
            meta.validate(parameter["schema"])
    loaded = schemathesis.openapi.from_dict(told)
    assert len(list(loaded.get_all_operations())) == len(ids)
    loaded.validate()


def _operations() -> list[dict[str, Any]]:
    return [operation for path in document()["paths"].values() for operation in path.values()]


def test_a_wrong_document_would_be_found() -> None:
    """The check above is one that can fail."""
    with pytest.raises(jsonschema_rs.ValidationError):
        meta.validate({"type": "text"})

"""From the wire through archive, store and publication into a bundle, and out of it again by its own bytes alone."""

import hashlib
import json
import zipfile

from oracle.evidence.verify import verify
from tests.evidence.conftest import DAY, Bundled


def test_a_bundle_agrees_with_itself(bundled: Bundled) -> None:
    """Everything is computed again out of the raw responses, and nothing differs."""
    report = verify(bundled.path)
    assert [each.code for each in report.faults] == []
    passed = [each.code for each in report.lines if each.ok]
    assert passed == [
        *("files", "observations", "closes", "rates", "rubles", "turnovers", "verdicts", "answers", "steps"),
        *("publication", "rulebooks", "registers"),
    ]


def test_the_answer_in_it_is_the_one_that_the_command_gives(bundled: Bundled) -> None:
    """As of the instant of publication, digit for digit."""
    with zipfile.ZipFile(bundled.path) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("answers/00001.json"))
    asked = bundled.rig.ask("BTC", DAY.isoformat())
    assert told == json.loads(asked.model_dump_json())
    assert told["chosen"]["venue"] == "binance"


def test_the_pages_of_the_closes_are_in_it_as_they_came(bundled: Bundled) -> None:
    """The response that each quotation names is there under its hash, and holds the close literally."""
    with zipfile.ZipFile(bundled.path) as archive:
        told = json.loads(archive.read("answers/00001.json"))
        for each in told["quotations"]:
            body = archive.read(f"observations/{each['observation']}")
            assert hashlib.sha256(body).hexdigest() == each["observation"]
            assert each["close_as_received"].encode() in body
    assert len(told["quotations"]) == 4

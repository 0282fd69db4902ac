"""Rulebooks of a test's own: like the statute but for some values, in a home that was published with them."""

import json
import re
from pathlib import Path

from oracle.knowledge import knowledge
from oracle.law.rulefile import template
from oracle.publish import publish
from oracle.store.writer import Store
from tests.conftest import Rig


def write(home: Path, name: str, **values: object) -> None:
    """A rulebook `name` in the home, the statute's with these values."""
    text = template(knowledge().rulebooks["tax-code"]).replace('"my-reading"', json.dumps(name))
    for key, value in values.items():
        text, found = re.subn(rf"(\[edition\.{key}\]\nvalue = ).*", lambda at: at[1] + json.dumps(value), text)  # noqa: B023
        assert found == 1, key
    (home / "rulebooks").mkdir(exist_ok=True)
    (home / "rulebooks" / f"{name}.toml").write_text(text, "utf-8")


def publish_with_own(rig: Rig) -> None:
    """Publish with the rulebooks of the home."""
    with Store(rig.home.store) as store:
        publish(store, rig.home.published, knowledge(rig.home.path), rig.now)

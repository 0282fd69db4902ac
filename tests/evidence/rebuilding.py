"""Verifying many bundles that hold the same responses and rules: what is rebuilt of those is rebuilt once."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import pytest

from oracle.days import Span
from oracle.evidence import verify
from oracle.evidence.layout import Dataset, ListedPage, Seen, compact
from oracle.evidence.rebuild import rebuilt as real
from oracle.knowledge import Knowledge
from oracle.store.reads import Reads


@contextmanager
def rebuilt_once() -> Iterator[None]:
    """Within it `verify` opens again what it has rebuilt of just the same."""
    kept: dict[str, Reads] = {}
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def rebuilt(
            seen: Iterable[tuple[Seen, bytes | ListedPage | None]],
            known: Knowledge,
            days: Span,
            dataset: Dataset,
            now: datetime,
        ) -> Iterator[Reads]:
            given = list(seen)
            digest = hashlib.sha256(compact([known.digest, str(days), dataset, now]))
            for told, body in given:
                digest.update(compact(told) + (body if isinstance(body, bytes) else compact(body)))
            key = digest.hexdigest()
            if key not in kept:
                kept[key] = stack.enter_context(real(given, known, days, dataset, now))
            yield kept[key]

        patch.setattr(verify, "rebuilt", rebuilt)
        yield

"""`/docs` in a real browser: it shows every address, with nothing from elsewhere, and complains about nothing."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from oracle.api.openapi import document
from oracle.settings import Home
from tests.api.conftest import running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


async def test_the_page_works_offline_under_its_policy(home: Home, tmp_path: Path) -> None:
    """Every operation is on the page; the console has no error, no refused file and no violated policy."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium is installed here")
    async with running(home) as client:
        process = await asyncio.create_subprocess_exec(
            *(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            *("--enable-logging=stderr", "--virtual-time-budget=10000", f"--user-data-dir={tmp_path}"),
            # Whatever is not this machine does not exist.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *("--disable-background-networking", "--dump-dom", f"{client.address}/docs"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        page, log = (each.decode() for each in await asyncio.wait_for(process.communicate(), 60))
    shown = set(re.findall(r'data-path="([^"]+)"', page))
    assert shown == set(document()["paths"]), log
    assert "CONSOLE" not in log, log

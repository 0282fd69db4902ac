"""Who may ask, under which name, from whose pages, and how much: refusals are documents that say what to do."""

import asyncio
import base64
import re
from pathlib import Path
from typing import Any

import pytest
import structlog

from oracle import cli
from oracle.api.serve import Serving, serve
from oracle.api.service import Limits
from oracle.api.tokens import Tokens, add
from oracle.commands.serving import serving_of
from oracle.configuration import ApiSettings
from oracle.errors import HomeError, QuestionError
from oracle.settings import Home
from tests.api.conftest import Answered, Client, running
from tests.api.raw import said, status
from tests.priced import NOW

ORIGIN = "https://books.example"
ASKED = "/v1/quotations/BTC/2026-03-10"


@pytest.fixture
def tokens(tmp_path: Path) -> tuple[Path, str]:
    """A file of two tokens, and the second of them."""
    path = tmp_path / "tokens"
    add(path, "first")
    return path, add(path, "second")


async def _with(client: Client, token: str) -> Answered:
    return await client(ASKED, headers={"Authorization": f"Bearer {token}"})


async def test_without_a_token_nothing_but_the_open_addresses_answers(home: Home, tokens: tuple[Path, str]) -> None:
    """401 with WWW-Authenticate for none, an unknown one, one too long; health and documentation need none."""
    path, token = tokens
    async with running(home, tokens=path) as client:
        assert (await _with(client, token)).status == 200
        basic = base64.b64encode(f"any:{token}".encode()).decode()
        assert (await client(ASKED, headers={"Authorization": f"Basic {basic}"})).status == 200
        wrong = (
            "",
            "Bearer",
            "Bearer x",
            f"Bearer {token}x",
            f"Bearer {token[:-1]}",
            f"Digest {token}",
            "Basic %",
            token,
        )
        for header in (*wrong, "Bearer " + "x" * 5000, "Bearer €".encode().decode("latin-1")):
            found = await client(ASKED, headers={"Authorization": header})
            assert (found.status, found.json["type"]) == (401, "/problems/unauthorized")
            assert found.headers["www-authenticate"].startswith("Bearer")
        for address in ("/healthz", "/readyz", "/openapi.json", "/docs", "/problems/unauthorized"):
            assert (await client(address)).status == 200
        assert (await client("/metrics")).status == 401
        # Whoever has a token may come under any name: that is what a proxy passes on.
        assert (await client("/healthz", headers={"Host": "oracle.example"})).status == 200


async def test_tokens_are_nowhere_but_with_their_owners(
    home: Home, tokens: tuple[Path, str], capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in the file, which others cannot read, and not in the log, whichever way they were sent."""
    path, token = tokens
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    async with running(home, tokens=path, access_log=True) as client:
        for sent in (token, token + "x"):
            await _with(client, sent)
    logged = "".join(capfd.readouterr())
    assert "status" in logged
    assert token not in logged


def test_a_broken_file_keeps_the_tokens_of_before(tokens: tuple[Path, str]) -> None:
    """Renewing takes what is new; from a broken or empty file nothing is taken; a file that others read is told."""
    path, _ = tokens
    with structlog.testing.capture_logs() as logs:
        held = Tokens(path)
        before = held._hashes
        for text in ("nonsense\n", "", "a:sha256:" + "0" * 63 + "\n", "\xff"):
            path.write_text(text, "latin-1")
            held.renew()
            assert held._hashes == before
            with pytest.raises(HomeError, match=re.escape(str(path))):
                Tokens(path)
        add(path.with_name("new"), "third")
        path.write_text(path.with_name("new").read_text())
        path.chmod(0o644)
        held.renew()
    assert list(held._hashes) == ["third"]
    assert [each["event"] for each in logs][-2:] == ["tokens renewed", "tokens readable by others"]
    for name in ("third", "", "a b", "../x", "x" * 61):
        with pytest.raises(QuestionError):
            add(path, name)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "oracle.example"])  # noqa: S104
def test_other_machines_are_served_only_with_tokens(home: Home, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and a sentence that names --tokens."""
    monkeypatch.setattr("sys.argv", ["oracle", "serve", "--home", str(home.path), "--host", host, "--port", "0"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    with pytest.raises(QuestionError, match="--tokens"):
        serve(home, Serving(host=host), lambda: NOW)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        *[
            (name, 200)
            for name in ("127.0.0.1:1", "localhost", "LOCALHOST.:80", "a.localhost", "[::1]:8282", "10.0.0.1")
        ],
        *[(name, 200) for name in ("oracle.lan", "Oracle.LAN:8282")],
        *[(name, 421) for name in ("evil.example", "evil.example:8282", "localhost.evil.example", "127.0.0.1.nip.io")],
        *[(name, 421) for name in ("", "x" * 3000, "[", "]:1", "local host")],
    ],
)
async def test_a_name_that_leads_here_from_elsewhere_is_refused(home: Home, host: str, answer: int) -> None:
    """DNS rebinding: a page's own name that leads to 127.0.0.1 gets 421; addresses and configured names are fine."""
    async with running(home, hosts=("Oracle.lan",)) as client:
        found = await said(
            client, f"GET /v1/venues HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(), ends=False
        )
    assert status(found) == answer
    assert answer == 200 or b"/problems/misdirected" in found


async def test_pages_of_other_sites_read_nothing_unless_configured(home: Home) -> None:
    """CORS is off; for configured origins answers, problems and preflights say so, for others they do not."""
    ask = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with running(home) as client:
        found = await client(ASKED, headers={"Origin": ORIGIN})
        assert not [name for name in found.headers if name.startswith("access-control")]
        assert (await client(ASKED, "OPTIONS", headers=ask)).status == 405
    async with running(home, cors=(ORIGIN,)) as client:
        for address, code in ((ASKED, 200), ("/v1/nothing", 404)):
            found = await client(address, headers={"Origin": ORIGIN})
            assert (found.status, found.headers["access-control-allow-origin"]) == (code, ORIGIN)
            assert "access-control-allow-credentials" not in found.headers
        told = await client(ASKED, "OPTIONS", headers=ask)
        assert (told.status, told.body) == (204, b"")
        assert "Authorization" in told.headers["access-control-allow-headers"]
        assert "POST" in told.headers["access-control-allow-methods"]
        other = await client(ASKED, "OPTIONS", headers={**ask, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
        assert "access-control-allow-methods" not in other.headers


async def test_ids_and_logs_have_nothing_forged(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    """A caller's id comes back if it can stand in a log; the log is off unless wished, and then one line a request."""
    async with running(home) as client:
        found = await client("/healthz", headers={"X-Request-Id": "job-7.a_B"})
        assert found.headers["x-request-id"] == "job-7.a_B"
        for bad in ("a b", "x" * 65, "a;b", "%0a"):
            given = (await client("/healthz", headers={"X-Request-Id": bad})).headers["x-request-id"]
            assert re.fullmatch("[0-9a-f]{16}", given)
    assert "/healthz" not in "".join(capfd.readouterr())
    with structlog.testing.capture_logs() as logs:
        async with running(home, access_log=True) as client:
            await client("/v1/coins/A%0Aforged=1%1b[31m")
    (line,) = [each for each in logs if each["event"] == "request"]
    assert line["path"].isprintable()
    assert (line["status"], line["method"], line["remote"]) == (400, "GET", "127.0.0.1")


async def test_too_much_at_once_is_refused_with_a_time_to_come_again(home: Home) -> None:
    """503 beyond the requests at once; health still answers; what was taken in is answered."""
    async with running(home, limits=Limits(at_once=1)) as client:
        many = await asyncio.gather(*[client(f"{ASKED}?quantity={number}") for number in range(1, 9)])
        refused = [each for each in many if each.status == 503]
        assert {each.status for each in many} == {200, 503}
        assert {(each.json["type"], each.headers["retry-after"]) for each in refused} == {("/problems/overloaded", "1")}
        assert (await client(ASKED)).status == 200
        found = await client("/v1/official-rates/USD?from=2010-01-01&to=2026-01-01")
        assert (found.status, found.json["type"]) == (422, "/problems/unprocessable")


def test_the_file_sets_how_to_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """[api] of oracle.toml, over it ORACLE_API__*, over both the command line; paths are told from the file."""
    home = Home(tmp_path)
    home.configuration.write_text(
        '[api]\nhost = "::1"\nport = 9000\ntokens = "keys"\ncors = "https://a.example"\nseconds = 5\nat_once = 7\n'
        'public_url = "https://o.example/"\n'
    )
    monkeypatch.setenv("ORACLE_API__PORT", "9001")
    monkeypatch.setenv("ORACLE_API__HOSTS", "a.lan,b.lan")
    found = serving_of(home, {"workers": 3, "host": "127.0.0.1"})
    assert (found.host, found.port, found.workers, found.tokens) == ("127.0.0.1", 9001, 3, tmp_path / "keys")
    assert (found.cors, found.hosts) == (("https://a.example",), ("a.lan", "b.lan"))
    assert found.public_url == "https://o.example"
    assert found.limits == Limits(seconds=5, at_once=7)
    assert serving_of(Home(tmp_path / "none"), {"port": 1, "hosts": []}) == Serving(port=1)
    assert {key: getattr(ApiSettings(), key) for key in Limits.__dataclass_fields__} == _plain(Limits())


def _plain(limits: Limits) -> dict[str, Any]:
    return {key: getattr(limits, key) for key in Limits.__dataclass_fields__}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ports = 3", "api.ports: no such setting; known: host, port"),
        ("port = 70000", "api.port: Input should be less than or equal to 65535"),
        ("workers = 0", "api.workers"),
        ("seconds = 0", "api.seconds: Input should be greater than 0"),
        ("body_bytes = -1", "api.body_bytes"),
        ('cors = "books.example"', "api.cors"),
        ('cors = ["https://books.example/"]', "api.cors"),
        ('hosts = ["http://x"]', "api.hosts"),
        ('public_url = "oracle.example"', "api.public_url"),
        ('public_url = "https://me:secret@oracle.example"', "api.public_url: an address that is told to everybody"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(tmp_path: Path, text: str, said: str) -> None:
    """File, key and reason, before anything is served."""
    home = Home(tmp_path)
    home.configuration.write_text(f"[api]\n{text}\n")
    with pytest.raises(QuestionError) as raised:
        serving_of(home, {})
    assert str(raised.value).startswith(str(home.configuration))
    assert said in str(raised.value)

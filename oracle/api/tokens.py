"""Tokens of callers: kept as hashes in a file, compared in constant time, read again on SIGHUP."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
from pathlib import Path

import structlog
from aiohttp import hdrs, web

from oracle.api.problem import ProblemError
from oracle.api.route import Route
from oracle.errors import HomeError, QuestionError

_LINE = re.compile(r"(?P<name>[\w.-]{1,60}):sha256:(?P<hash>[0-9a-f]{64})")
_NAME = re.compile(r"[\w.-]{1,60}")


class Tokens:
    """The tokens of a file, one `NAME:sha256:HASH` a line; HomeError names file and line of a broken one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hashes = read(path)
        self._check_mode()

    def renew(self) -> None:
        """Read the file again; if it is broken the tokens of before go on."""
        try:
            self._hashes = read(self.path)
        except HomeError as error:
            structlog.get_logger().warning("tokens not renewed", reason=str(error))
        else:
            structlog.get_logger().info("tokens renewed", tokens=len(self._hashes))
            self._check_mode()

    def _check_mode(self) -> None:
        """Hashes of 256 random bits tell nothing, but who may write the file lets himself in."""
        mode = stat.S_IMODE(self.path.stat().st_mode)
        if mode & 0o077:
            structlog.get_logger().warning("tokens readable by others", file=str(self.path), step="chmod 600")

    def guard(self, request: web.Request, route: Route) -> None:
        """Refuse a request without a token that is known; addresses that are open need none."""
        if route.is_open:
            return
        # A token has 256 random bits: its plain hash tells nobody anything. All are compared, whichever matches.
        token = _sent(request.headers.get(hdrs.AUTHORIZATION, ""))
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
        matches = [hmac.compare_digest(digest, each) for each in self._hashes.values()]
        if not token or not any(matches):
            raise ProblemError(
                "unauthorized",
                "no token was sent that is known here",
                headers={hdrs.WWW_AUTHENTICATE: 'Bearer, Basic realm="oracle"'},
            )


def _sent(header: str) -> str:
    """The token in an Authorization header, empty if there is none.

    Bearer TOKEN; or Basic, whose password is the token and whose user may be anyone: readers of the Bank of Russia's
    feed know addresses (http://any:TOKEN@host) and no headers.
    """
    scheme, _, told = header.partition(" ")
    if scheme.lower() == "bearer":
        return told.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def read(path: Path) -> dict[str, str]:
    """Names and hashes."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(f"the token file {path} cannot be read: {error}") from error
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if not match or match["name"] in found:
            why = "is there twice" if match else "is not NAME:sha256:HASH"
            raise HomeError(f"{path}: line {number} {why}; `oracle serve --new-token NAME` writes such lines")
        found[match["name"]] = match["hash"]
    if not found:
        raise HomeError(f"{path} holds no token; `oracle serve --new-token NAME` adds one")
    return found


def add(path: Path, name: str) -> str:
    """A new token, whose hash is appended to the file; it is told once and kept nowhere."""
    if not _NAME.fullmatch(name):
        raise QuestionError(f"a token's name has letters, digits, dots and dashes, not {name[:40]!r}")
    if path.exists() and path.stat().st_size and name in read(path):
        raise QuestionError(f"{path} has a token {name} already; remove its line or choose another name")
    token = secrets.token_urlsafe(32)
    line = f"{name}:sha256:{hashlib.sha256(token.encode()).hexdigest()}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise HomeError(f"cannot write {path}: {error.strerror}") from error
    return token

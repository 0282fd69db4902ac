"""What may stand in a setting: names of sources, addresses, proxies, paces; a ValueError says how to write it."""

import yarl

from oracle.bank_of_russia import NAME as BANK
from oracle.venues import VENUES

PROXY_SCHEMES = ("http", "https", "socks5")
DIRECT = "direct"


def source_named(name: str) -> str:
    """A venue or `cbr`, in small letters."""
    if name.lower() not in {*VENUES, BANK}:
        raise ValueError(f"no such source: {name[:40]!r}; known: {', '.join(VENUES)}, {BANK}")
    return name.lower()


def address_of(url: str) -> str:
    """An address that stands in for scheme and host of a source's own."""
    read = _url(url)
    if read.scheme not in ("http", "https") or not read.host or read.query_string or read.fragment:
        raise ValueError(f"{url[:80]!r} is no address; write http://host:port or http://host/path")
    return url.rstrip("/")


def public_of(url: str) -> str:
    """An address under which others know a server of ours; it is told to all of them, so there is no password in it."""
    if _url(url).raw_user is not None or _url(url).raw_password is not None:
        raise ValueError("an address that is told to everybody has no user and no password; write https://host")
    return address_of(url)


def proxy_of(url: str) -> str:
    """A proxy with its port, user and password in it where it wants them; or `direct` for none."""
    if url == DIRECT:
        return url
    read = _url(url)
    if read.scheme not in PROXY_SCHEMES or not read.host or not read.explicit_port or read.path.strip("/"):
        # Not shown: it may hold a password.
        raise ValueError(
            "no proxy; write http://host:port, https://host:port, socks5://user:password@host:port, direct"
        )
    return url.rstrip("/")


def pace_of(name: str, per_minute: int | None) -> None:
    """A pace may be slower than the venue's, never faster."""
    venue = VENUES.get(name)
    if venue and per_minute and per_minute > venue.pace_per_minute:
        raise ValueError(f"{per_minute} is faster than {name} allows; write at most {venue.pace_per_minute}")


def _url(url: str) -> yarl.URL:
    try:
        return yarl.URL(url)
    except ValueError:
        return yarl.URL()

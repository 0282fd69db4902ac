"""The line to one source in one run: its mirrors, proxy, pace, breaker and deadline around every single request."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from oracle.collect.allowance import pause
from oracle.collect.pace import UNSTATED_BAN, UNSTATED_WAIT, Deadline, Paces
from oracle.days import Clock
from oracle.diagnosis import Cause, Diagnosis, diagnose
from oracle.errors import SourceLeftAloneError, SourceRefusedError, SourceUnreachableError
from oracle.fetch import Response, get, masked, open_session

# A source's wish in Retry-After is waited out up to this long; beyond it the run goes on without the source.
# Bybit's ten minutes after "access too frequent" are waited out, Binance's days are not.
LONGEST_WAIT = 900.0
# A wait of this length is told to whoever watches the run.
TOLD_FROM = 10.0
DIRECT = "direct"
_SCHEME_AND_HOST = re.compile(r"^https?://[^/]+")
# What another mirror may not have. A limit and a ban are not among them: mirrors count together.
_MIRROR_HELPS = (Cause.REGION, Cause.FIREWALL, Cause.CHALLENGE, Cause.OUTAGE)


@dataclass(frozen=True, slots=True)
class Access:
    """How one source is reached: addresses in the order of trying (none: its own), proxy, seconds for an answer."""

    endpoints: tuple[str, ...] = ()
    proxy: str | None = None
    timeout: float | None = None
    user_agent: str | None = None
    pace_per_minute: int | None = None
    enabled: bool = True


class Line:
    """Sends requests to one source while it is entered; `per_minute` is the pace that the source allows.

    `tell` hears of long waits.
    """

    def __init__(
        self,
        source: str,
        access: Access,
        paces: Paces,
        deadline: Deadline,
        *,
        clock: Clock,
        per_minute: float,
        paced: bool = True,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._tell, self._told_until = tell, 0.0
        self._source, self._access, self._deadline, self._clock = source, access, deadline, clock
        self._timer, self._paced = paces.timer, paced
        self._proxy = None if access.proxy == DIRECT else access.proxy
        egress = self._proxy or DIRECT
        # Mirrors of one source share its pace: they count requests together.
        address = access.endpoints[0] if access.endpoints else source
        self._pace = paces.pace(egress, address, min(per_minute, access.pace_per_minute or per_minute))
        self.breaker = paces.breaker(egress, source)
        self._mirror = 0
        self._closed: set[int] = set()  # mirrors that refuse us
        self._stopped: str | None = None

    async def __aenter__(self) -> Self:
        # An endpoint of the user's is asked directly, whatever proxy the environment names.
        environment = not self._access.endpoints and self._access.proxy is None
        self.session = open_session(self._proxy, environment=environment)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def get(self, url: str, headers: Mapping[str, str] | None = None, *, markup: bool = False) -> Response:
        """The response, of whatever status, from the mirror that is in use; SourceLeftAloneError if nothing was sent.

        `url` is the source's own address. SourceUnreachableError if no whole answer came.
        """
        await self._turn()
        mirror, started = self._mirror, self._timer.now()
        try:
            response = await get(
                self.session,
                self._moved(url, mirror),
                clock=self._clock,
                timeout=self._access.timeout or 30.0,
                headers=self._named(headers),
                proxy=self._proxy,
            )
        except SourceUnreachableError:
            self._leave(mirror)
            raise
        except SourceRefusedError as error:
            self._stopped = str(error)
            raise
        self._learn(response, diagnose(response, markup=markup), mirror, started)
        return response

    def gave_up(self, error: SourceUnreachableError) -> None:
        """A question found no answer in all its tries."""
        self.breaker.gave_up(str(error), self._timer.now())

    def may_wait(self, seconds: float) -> bool:
        """Whether so long a wait is worth it in this run."""
        return seconds <= min(LONGEST_WAIT, self._deadline.left(self._timer.now()))

    def moved_on(self, url: str) -> bool:
        """Whether the mirror that answered at `url` refuses us and another is in use: it may be asked again there."""
        return any(
            url.startswith(self._access.endpoints[each] + "/") and self._moved_from(each) for each in self._closed
        )

    def _moved_from(self, mirror: int) -> bool:
        return mirror in self._closed and self._mirror not in self._closed

    async def _turn(self) -> None:
        while True:
            now = self._timer.now()
            left = self._deadline.left(now)
            wait = self._pace.wait(now) if self._paced else 0.0
            if self._stopped:
                raise SourceLeftAloneError(self._stopped)
            if left <= wait:
                raise SourceLeftAloneError("stopped by its deadline; run again to go on")
            if wait > LONGEST_WAIT:
                raise SourceLeftAloneError(
                    f"wants to be left alone for {wait:.0f} s more; run collect again after that"
                )
            if wait <= 0:
                break
            if wait >= TOLD_FROM and now + wait > self._told_until + 1:
                self._told_until = now + wait
                self._tell(f"wants peace: nothing is asked of it for {wait:.0f} s")
            await self._timer.sleep(wait)
        barred = self.breaker.barred(now)
        if barred:
            raise SourceLeftAloneError(barred)
        self._pace.start(now)

    def _learn(self, response: Response, found: Diagnosis | None, mirror: int, started: float) -> None:
        now = self._timer.now()
        left = pause(response.headers, response.received_at)
        if found is None:
            self._pace.sound(now, left)
            return
        unstated = {Cause.RATE_LIMIT: UNSTATED_WAIT, Cause.BAN: UNSTATED_BAN}.get(found.cause, 0.0)
        wait = max(left, unstated if found.wait is None else found.wait)
        if found.cause in (Cause.RATE_LIMIT, Cause.BAN):
            self._pace.limited(started, now, wait)
        else:
            self._pace.hold(now, wait)
        if found.cause in _MIRROR_HELPS:
            self._leave(mirror, refused=not found.retried)
        if not found.retried and found.cause is not Cause.CHANGED and not self._moved_from(mirror):
            self._stopped = found.text

    def _leave(self, mirror: int, *, refused: bool = False) -> None:
        """Use the next mirror that has not refused; requests that were under way together move on once."""
        if refused:
            self._closed.add(mirror)
        count = len(self._access.endpoints)
        if mirror == self._mirror:
            following = ((mirror + step) % count for step in range(1, count))
            self._mirror = next((each for each in following if each not in self._closed), mirror)

    def _moved(self, url: str, mirror: int) -> str:
        if not self._access.endpoints:
            return url
        return _SCHEME_AND_HOST.sub(lambda _: self._access.endpoints[mirror], url)

    def _named(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        agent = {"User-Agent": self._access.user_agent} if self._access.user_agent else {}
        return {**(headers or {}), **agent}

    def __repr__(self) -> str:
        return f"Line({self._source}, by {masked(self._proxy or DIRECT)})"

"""Attributes made when they are first asked for: `functools.cached_property` without the lock that it has in 3.11.

Every answer has its own facts, which no other thread knows.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as lazy
else:

    class lazy:  # noqa: N801 - named like what it stands for
        """An attribute that the method makes; from then on it is the object's own."""

        def __init__(self, make: Any) -> None:  # noqa: ANN401 - any method
            self._make, self._name, self.__doc__ = make, make.__name__, make.__doc__

        def __get__(self, of: Any, kind: Any = None) -> Any:  # noqa: ANN401 - as above
            if of is None:
                return self
            made = of.__dict__[self._name] = self._make(of)
            return made


__all__ = ["lazy"]

"""What was computed last, so that it need not be computed again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class Kept(Generic[Key, Value]):
    """The `most` values that were used last, or, where `weigh` tells how much each weighs, those that together weigh no
    more; may be used by several threads at once."""

    most: int
    weigh: Callable[[Value], int] = lambda _: 1
    _values: OrderedDict[Key, Value] = field(default_factory=OrderedDict)
    _weight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def value(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of `key`, made when it is not kept; raises what `make` raises. Two threads may make it at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            if key in self._values:
                self._weight -= self.weigh(self._values.pop(key))
            self._values[key] = made
            self._weight += self.weigh(made)
            while self._weight > self.most and self._values:
                self._weight -= self.weigh(self._values.popitem(last=False)[1])
        return made

"""The access log writes itself: whoever reads a patient's field on a page leaves an entry (R2, trust I14).

A model names its fields that tell who somebody is (``holds_patient``). While a request is answered, reading one of
them outside a declared look raises ``UndeclaredLook``; inside one it is noted, and the note is written before the
page leaves. So a page that shows a patient without saying why cannot be built, and one that says why cannot forget
to log it. Services read freely: they show nothing. So do commands and the worker: nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from portal.foundation.audit.purposes import PURPOSES

if TYPE_CHECKING:
    from portal.foundation.access.actor import Actor

_BATCH = 500  # parts of a streamed answer between two writes of the log
_Model = TypeVar("_Model", bound=type[models.Model])


class UndeclaredLook(RuntimeError):
    """A page read a patient's data without a declared purpose: a bug, so nothing is shown (R2)."""


class Look:
    """One page's look: the patients whose data it read, each once."""

    def __init__(self, actor: Actor, purpose: str, page: str) -> None:
        if purpose not in PURPOSES:
            raise ValueError(f"{purpose!r} is no purpose of {sorted(PURPOSES)}.")
        self.actor, self.purpose, self.page = actor, purpose, page
        self._seen: dict[str, None] = {}

    def note(self, reference: str) -> None:
        """This patient's data was read."""
        self._seen[reference] = None

    def write(self) -> None:
        """Writes an entry for each patient noted since the last time."""
        from portal.foundation.audit.access_log import looked

        references, self._seen = list(self._seen), {}
        if references:
            looked(self.actor, references, purpose=self.purpose, page=self.page)

    def stream(self, parts: Any) -> Iterator[Any]:
        """The parts of an answer that is made while it is sent; those they show are logged before they leave."""
        remaining = iter(parts)
        while True:
            with _state_is(self):
                ready = list(islice(remaining, _BATCH))
            self.write()
            if not ready:
                return
            yield from ready


_State = Look | Literal["undeclared", "nobody looks"]
_state: ContextVar[_State] = ContextVar("looking", default="nobody looks")


@contextmanager
def looking(actor: Actor, *, purpose: str, page: str) -> Iterator[Look]:
    """What is read of patients inside is logged at the end, for the purpose; nothing when it ends with an error.

    Raises ValueError for a purpose that is not in PURPOSES.
    """
    look = Look(actor, purpose, page)
    with _state_is(look):
        yield look
    look.write()


@contextmanager
def answering() -> Iterator[None]:
    """A request is being answered: patients may be read only where a look is declared."""
    with _state_is("undeclared"):
        yield


@contextmanager
def showing_nothing() -> Iterator[None]:
    """What is read inside is compared or written, and not shown to anybody: for services."""
    with _state_is("nobody looks"):
        yield


def guarded_stream(parts: Any) -> Iterator[Any]:
    """``parts``, each made as part of the request although it has been answered."""
    remaining = iter(parts)
    while True:
        with answering():
            part = next(remaining, _END)
        if part is _END:
            return
        yield part


_END = object()


@contextmanager
def _state_is(state: _State) -> Iterator[None]:
    token = _state.set(state)
    try:
        yield
    finally:
        _state.reset(token)


GUARDED: dict[type[models.Model], frozenset[str]] = {}


def holds_patient(*fields: str, reference: str = "reference") -> Callable[[_Model], _Model]:
    """Marks a model's fields that tell who a patient is, or about them.

    ``reference`` is the path from a row to the patient's public reference; where it ends early, because the patient
    is not known, the row's own reference stands for them.
    """

    def mark(model: _Model) -> _Model:
        for name in fields:
            setattr(model, name, _Guarded(model._meta.get_field(name), reference.split(".")))
        GUARDED[model] = frozenset(fields)
        return model

    return mark


def _step(row: Any, name: str) -> Any:
    return row and getattr(row, name)


class _Guarded(DeferredAttribute):
    """A field's attribute that asks, whenever it is read, whether somebody looks."""

    def __init__(self, field: Any, path: list[str]) -> None:
        super().__init__(field)  # type: ignore[no-untyped-call]
        self._path = path

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is not None and (state := _state.get()) != "nobody looks":
            if not isinstance(state, Look):
                raise UndeclaredLook(
                    f"This page reads {type(instance).__name__}.{self.field.attname}. Give its view"
                    ' shows_patients = "..." with a purpose of portal.foundation.audit.purposes.'
                )
            state.note(reduce(_step, self._path, instance) or instance.reference)
        return super().__get__(instance, cls)  # type: ignore[no-untyped-call]

    def __set__(self, instance: Any, value: Any) -> None:
        # Only a descriptor that also writes is asked when the row holds a value of its own.
        instance.__dict__[self.field.attname] = value

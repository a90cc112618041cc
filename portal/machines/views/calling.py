"""What every address for machines shares: the token, the scope, and errors that programs can read.

Tokens are 256 random bits: nobody guesses one, however often they try.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from portal.foundation.access import Actor
from portal.foundation.access.refusals import keep_attempt, note_attempt
from portal.foundation.access.row_security import set_scope
from portal.foundation.errors import DomainError, InvalidInput
from portal.foundation.web.errors import RETRY_SECONDS
from portal.foundation.web.views import PortalView
from portal.machines.answering import LONGEST_KEY, answer_once
from portal.machines.models import Machine
from portal.machines.operations import Operation
from portal.machines.pace import seconds_to_wait
from portal.machines.problems import ApiProblem, problem_response
from portal.machines.recognising import machine_with_token
from portal.machines.scopes import SCOPES
from portal.machines.shapes import Errors, Shape

logger = logging.getLogger(__name__)
_AWAY = "The database does not answer, so we cannot say whether this was done. Send it again with the same key."
_WHO_ARE_YOU = "Send a token that is good: Authorization: Bearer TOKEN. The operator of this portal gives tokens out."


def actor_of(machine: Machine) -> Actor:
    """The machine as an actor. The connection sees what machines see: what a service opens on purpose."""
    set_scope("machine")
    return Actor(
        name=f"Machine {machine.name}",
        audience="machine",
        permissions=frozenset(SCOPES[each].permission.code for each in machine.scopes),
    )


@method_decorator(csrf_exempt, name="dispatch")  # a token comes from no browser by itself, and no cookie counts here
class MachineView(PortalView, abstract=True):
    """An address that a machine calls with its token. ``scope`` is what the token must be good for,
    and ``operation`` what the address takes and gives.
    """

    audience = "machine"
    needs_sign_in = False
    scope: ClassVar[str] = ""
    operation: ClassVar[Operation]
    largest: ClassVar[int] = 2_000_000  # bytes of a request
    machine: Machine

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        if not abstract:
            cls.permission = SCOPES[cls.scope].permission
        super().__init_subclass__(abstract=abstract, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As every view; what goes wrong is answered as a problem."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except ApiProblem as problem:
            return problem_response(problem)
        except (OperationalError, InterfaceError):
            logger.exception("a machine was not answered: the database is away")
            return problem_response(ApiProblem(503, _AWAY, Retry_After=str(RETRY_SECONDS)))

    def find_actor(self) -> Actor:
        """The machine of the token, with the permissions of the token's scopes.

        Raises ApiProblem without one, and when it calls too often.
        """
        found = self.find_machine()
        if found is None:
            raise ApiProblem(401, _WHO_ARE_YOU, WWW_Authenticate="Bearer")
        if seconds := seconds_to_wait(found):
            raise ApiProblem(429, f"Too many requests. Wait {seconds} seconds.", Retry_After=str(seconds))
        self.machine = found
        return actor_of(found)

    def find_machine(self) -> Machine | None:
        """The machine of the token in the header."""
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        return machine_with_token(token.strip()) if scheme.lower() == "bearer" and token.strip() else None

    def json_of(self, shape: Shape) -> Any:
        """The body as ``shape`` has it. Raises ApiProblem with the place of everything that is wrong."""
        try:
            value = json.loads(self.body())
        except (ValueError, RecursionError) as error:
            raise ApiProblem(400, "The body is not JSON.") from error
        errors: Errors = []
        found = shape.read(value, "", errors)
        if errors:
            raise ApiProblem(422, "The request is not as it should be. Nothing was taken.", errors[:50])
        return found

    def body(self) -> bytes:
        """The body as it came. Raises ApiProblem when it is too large."""
        try:
            if int(self.request.headers.get("Content-Length") or 0) > self.largest:
                raise RequestDataTooBig
            return self.request.body
        except (RequestDataTooBig, ValueError) as error:
            raise ApiProblem(413, f"Send at most {self.largest:,} bytes at once.") from error
        except UnreadablePostError as error:
            raise ApiProblem(400, "The request broke off.") from error

    def once(self, carry_out: Callable[[], dict[str, Any]]) -> HttpResponse:
        """Carries out a request that changes something, once for each ``Idempotency-Key``."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
            raise ApiProblem(400, f"Send a header Idempotency-Key of 1 to {LONGEST_KEY} characters.")
        status, text, was_before = answer_once(
            self.machine, self.request.path, key, self.body(), lambda: (200, json.dumps(carry_out()))
        )
        headers = {"Idempotent-Replayed": "true"} if was_before else {}
        return HttpResponse(text, status=status, content_type="application/json", headers=headers)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405 as a problem."""
        allowed = ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))
        return problem_response(ApiProblem(405, f"Use {allowed}.", Allow=allowed))

    def _explain(self, error: DomainError) -> JsonResponse:
        if self.request.method == "POST" and self.permission is not None and hasattr(self, "actor"):
            note_attempt(error, self.actor, self.permission)
            keep_attempt(error)
        wrong = error.errors if isinstance(error, InvalidInput) else {}
        errors = [(f"/{field or ''}", each) for field, each in wrong.items()]
        return problem_response(ApiProblem(error.status, error.sentence, errors))

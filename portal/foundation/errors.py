"""What can go wrong that a person should read about. The base view turns each into a page, once."""

from __future__ import annotations


class DomainError(Exception):
    """Something the rules do not allow; ``sentence`` says what and what to do about it.

    ``attempt`` is who tried what, once a service has said so (portal.foundation.access.refusals).
    """

    status = 400
    attempt: object = None

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(DomainError):
    """It does not exist, or it is none of the actor's business: the answer is the same (R1)."""

    status = 404

    def __init__(self, sentence: str = "Page not found") -> None:
        super().__init__(sentence)


class Refused(DomainError):
    """The actor may see the thing but not do this to it; the sentence says why."""

    status = 403


class Conflict(DomainError):
    """The thing changed since the page was opened, or is not in the right state."""

    status = 409


class InvalidInput(DomainError):
    """Typed values that break a rule only the service can check.

    ``errors`` maps a form field (or ``None`` for the whole form) to its sentence.
    """

    status = 422

    def __init__(self, errors: dict[str | None, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class SignInNeeded(DomainError):
    """The session is no longer good: the password was changed, or the account closed. The view asks to sign in."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Sign in again to go on.")


class FreshSecondFactorNeeded(DomainError):
    """The action needs a second factor given in the last minutes; the view asks for it and returns."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Confirm it is you before you go on.")

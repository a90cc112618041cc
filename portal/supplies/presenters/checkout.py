"""What the check page says about approval. Strings only."""

from __future__ import annotations


def approval_words(*, every_order: bool, items: list[str], at_site: bool) -> str:
    """Who has to approve the order, and why; ``items`` are the names of those that always need it."""
    why = "every order of your site needs it" if every_order else f"{_list(items)} always {_need(items)} it"
    who = (
        "somebody else at your site who may approve orders"
        if at_site
        else "an approver of the operator, as nobody else at your site may approve orders"
    )
    return f"Your order needs approval because {why}. It goes to {who}."


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _need(names: list[str]) -> str:
    return "needs" if len(names) == 1 else "need"

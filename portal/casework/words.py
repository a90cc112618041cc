"""The words by which staff finds a case (J22): how a text is cut into them, in the database and in a search."""

from __future__ import annotations

import re

import pgtrigger

# What is between words: blanks, and every sign of ASCII that is no letter and no digit. Written out, because what
# PostgreSQL holds for a letter beyond those depends on its locale.
_BETWEEN = r"[\s!-/:-@\[-`{-~]+"
_MOST = 6  # more words than that narrow nothing


def words_sql(case: str) -> str:
    """SQL of the id of the row ``case`` and each of its words: of the subject and of whoever opened it."""
    return f"""
        select distinct {case}.id, word from (
            select regexp_split_to_table({case}.subject || ' ' || {case}.opened_by_name, '{_BETWEEN}')
            union all select {case}.opened_by_email
        ) text (written), lower(left(trim(written), 100)) word
        where word <> ''
    """  # noqa: S608  our own words


def keeps_words() -> pgtrigger.Trigger:
    """Keeps CaseWord as the case is, whichever way it is opened or changed."""
    return pgtrigger.Trigger(
        name="keeps_words",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("subject", "opened_by_name", "opened_by_email"),
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                DELETE FROM casework_caseword WHERE case_id = NEW.id;
            END IF;
            INSERT INTO casework_caseword (case_id, word) {words_sql("NEW")};
            RETURN NEW;
        """,  # noqa: S608  our own words
    )


def words_of(text: str) -> list[str]:
    """What somebody looks for, cut as the database cuts; an e-mail address stays whole."""
    found: list[str] = []
    for part in text.split():
        found += [part.strip("<>,;:\"'")] if "@" in part else re.split(_BETWEEN, part)
    return [word[:100] for word in dict.fromkeys(found) if word][:_MOST]

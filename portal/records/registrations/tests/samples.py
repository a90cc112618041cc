"""Messages for tests: our own, and where the real samples are on machines that have them (none is committed)."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from portal.records.registrations.incoming import Registration, Rejection
from portal.records.registrations.reading import read_stream

_PROJECT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("PORTAL_SAMPLE_DATA") or _PROJECT.parent / "shared" / "data")

needs_samples = [
    pytest.mark.real_data,
    pytest.mark.skipif(not (DATA / "nhais").exists(), reason=f"no sample messages in {DATA}"),
]
# Of the range that is kept for tests: no patient has it.
NUMBER, OTHER_NUMBER = "9991581766", "9994140027"


def acceptance(
    *, number: str = NUMBER, kind: str = "3", transaction: str = "17", practice: str = "Y90001", family: str = "ASQUITH"
) -> str:
    """The segments of one G1 transaction."""
    person = f"{number}:OPI" if number else ""
    return (
        f"S01+1'RFF+TN:{transaction}'NAD+GP+4826940,{practice}:900'NAD+PGP+++DR BLACK'HEA+ATP+{kind}:ZZZ'"
        f"DTM+956:20260115:102'S02+2'PNA+PAT+{person}+++SU:{family}+FO:ROGER'DTM+329:19460723:102'"
        f"NAD+PAT++?'T HUIS:1 LANE?+:TOWN+++++BR12 7ET'"
    )


def answer(*, transaction: str = "17", practice: str = "Y90001", number: str = "") -> str:
    """The segments of one F3, F4 or F11 transaction."""
    person = f"S02+2'PNA+PAT+{number}:OPI'" if number else ""
    return f"S01+1'RFF+TN:{transaction}'NAD+GP+4826940,{practice}:900'{person}"


def deduction(
    *, number: str = NUMBER, transaction: str = "40", practice: str = "Y90001", reason: str = "1", authority: str = ""
) -> str:
    """The segments of one F2 or G5 transaction."""
    to = f"NAD+NFH+{authority}:954'" if authority else ""
    return (
        f"S01+1'RFF+TN:{transaction}'NAD+GP+4826940,{practice}:900'{to}GIS+{reason}:ZZZ'"
        f"DTM+961:20260125:102'S02+2'PNA+PAT+{number}:OPI'"
    )


def message(code: str, *transactions: str, reference: str = "00000001", sent: str = "202601151435") -> str:
    """One FHSREG message with a right trailer."""
    body = f"BGM+++507'NAD+FHS+XX1:954'DTM+137:{sent}:203'RFF+950:{code}'" + "".join(transactions)
    count = body.replace("?'", "").count("'") + 2
    return f"UNH+{reference}+FHSREG:0:1:FH:FHS001'{body}UNT+{count}+{reference}'"


def receipt(*references: str) -> str:
    """One RECEP message."""
    body = "BGM++600+243:202601151500:306+64'DTM+815:202601151500:306'"
    body += "".join(f"RFF+MIS:{each} CP'" for each in references)
    return f"UNH+00000009+RECEP:0:2:FH'{body}UNT+{body.count(chr(39)) + 2}+00000009'"


def interchange(*messages: str, sender: str = "TES5", recipient: str = "XX11", reference: str = "00000003") -> bytes:
    """A whole file."""
    text = f"UNB+UNOA:2+{sender}+{recipient}+260115:1435+{reference}'" + "".join(messages)
    return f"{text}UNZ+{len(messages)}+{reference}'".replace("'", "'\n").replace("?'\n", "?'").encode()


def read(content: bytes) -> tuple[list[Registration], list[Rejection]]:
    """What is taken and what is rejected."""
    found = list(read_stream(io.BytesIO(content)))
    return [each for each in found if isinstance(each, Registration)], [
        each for each in found if isinstance(each, Rejection)
    ]

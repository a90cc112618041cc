"""The demo's and the tests' virus scanner. It knows ONE signature, and it is no protection."""

from __future__ import annotations

from portal.foundation.files.scanners import Verdict

# The industry's test string, in two halves so that a scanner of this machine does not take our source for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class EicarOnly:
    """Finds the EICAR test string and nothing else. Production refuses to be configured with it."""

    name = "Demo scanner (knows the EICAR test string only)"

    def scan(self, content: bytes) -> Verdict:
        """Whether the string stands in the bytes, as they are: it unpacks nothing."""
        return Verdict(found="EICAR test string" if EICAR in content else "")

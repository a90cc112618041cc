"""The note that a carrier's file was read to its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from portal.foundation.access import Actor, service
from portal.foundation.audit import record
from portal.foundation.references import new_reference
from portal.supplies.events import PROOFS_IMPORTED
from portal.supplies.models import ProofImport
from portal.supplies.permissions import RECORD_DELIVERY


@dataclass(kw_only=True)
class ImportCounts:
    """What the parcels of a file came to."""

    lines: int = 0
    delivered: int = 0
    failed: int = 0
    already: int = 0
    moving: int = 0
    unplaced: int = 0
    problems: list[str] = field(default_factory=list)


@service(RECORD_DELIVERY)
def note_proof_import(actor: Actor, name: str, sha256: str, counts: ImportCounts) -> ProofImport:
    """Keeps what a file brought. Raises IntegrityError when the same file was noted meanwhile."""
    run = ProofImport.objects.create(
        reference=new_reference("PI"), name=name, sha256=sha256, imported_by_name=actor.name, **asdict(counts)
    )
    record(PROOFS_IMPORTED, actor=actor, subject=run, delivered=counts.delivered, unplaced=counts.unplaced)
    return run

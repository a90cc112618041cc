"""The people of the demonstration. Every name, code, address and number is invented."""

from __future__ import annotations

from dataclasses import dataclass

BOARD = "QZZ"  # the commissioner of every site below
NEIGHBOUR = "QZY"  # another, of whose sites only the service levels are known here


@dataclass(frozen=True, kw_only=True)
class Site:
    """An organisation of the demonstration."""

    code: str
    name: str
    kind: str
    address: tuple[str, ...]
    postcode: str
    parent_code: str = ""
    commissioner_code: str = BOARD


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody to sign in as: ``roles`` are held at every one of ``sites``."""

    key: str
    title: str
    forename: str
    surname: str
    sites: tuple[str, ...]
    roles: tuple[str, ...]
    can: str

    @property
    def email(self) -> str:
        """The user name."""
        return f"{self.forename}.{self.surname}@example.org".lower()


SITES = (
    Site(
        code=BOARD,
        name="Thornbury Vale Integrated Care Board",
        kind="commissioner",
        address=("1 Town Hall Square", "Thornbury Vale"),
        postcode="ZZ99 5AA",
        commissioner_code="",
    ),
    Site(
        code=NEIGHBOUR,
        name="Upper Dale Integrated Care Board",
        kind="commissioner",
        address=("2 Market Hill", "Upper Dale"),
        postcode="ZZ99 6AA",
        commissioner_code="",
    ),
    Site(
        code="Z99001",
        name="Elm Tree Surgery",
        kind="gp_practice",
        address=("12 Orchard Lane", "Thornbury Vale"),
        postcode="ZZ99 1AA",
    ),
    Site(
        code="Z99001001",
        name="Elm Tree Surgery, Harbour Branch",
        kind="gp_branch",
        address=("3 Quay Street", "Thornbury Vale"),
        postcode="ZZ99 1AB",
        parent_code="Z99001",
    ),
    Site(
        code="Z99002",
        name="Harbour View Surgery",
        kind="gp_practice",
        address=("40 Quay Street", "Thornbury Vale"),
        postcode="ZZ99 1AC",
    ),
    Site(
        code="Z99003",
        name="Mill Lane Surgery",
        kind="gp_practice",
        address=("8 Mill Lane", "Thornbury Vale"),
        postcode="ZZ99 1AD",
    ),
    Site(
        code="V99001",
        name="Bright Lane Dental Care",
        kind="dental_practice",
        address=("7 Bright Lane", "Thornbury Vale"),
        postcode="ZZ99 2AA",
    ),
    Site(
        code="FZZ01",
        name="Corner Pharmacy",
        kind="pharmacy",
        address=("1 Market Cross", "Thornbury Vale"),
        postcode="ZZ99 3AA",
    ),
    Site(
        code="TPZ01",
        name="Clearview Opticians",
        kind="optical_site",
        address=("22 High Street", "Thornbury Vale"),
        postcode="ZZ99 4AA",
    ),
)

PERSONAS = (
    Persona(
        key="asha",
        title="Dr",
        forename="Asha",
        surname="Patel",
        sites=("Z99001", "Z99001001"),
        roles=("main_contact",),
        can="Main Contact of a GP practice and its branch. Orders everything, approves, confirms deliveries.",
    ),
    Persona(
        key="tom",
        title="Mr",
        forename="Tom",
        surname="Baker",
        sites=("Z99001",),
        roles=("supplies_order_clerk",),
        can="Orders supplies for the practice. May not order secure stationery.",
    ),
    Persona(
        key="nia",
        title="Ms",
        forename="Nia",
        surname="Evans",
        sites=("Z99001",),
        roles=("deputy",),
        can="Stands in for the Main Contact: invites people, changes and reviews what they may do.",
    ),
    Persona(
        key="grace",
        title="Ms",
        forename="Grace",
        surname="Okafor",
        sites=("Z99001",),
        roles=("order_approver",),
        can="Approves or rejects what colleagues at the practice order.",
    ),
    Persona(
        key="kofi",
        title="Mr",
        forename="Kofi",
        surname="Mensah",
        sites=("Z99001", "Z99002"),
        roles=("records_movement_clerk",),
        can="Sends and receives patients' paper records at two practices.",
    ),
    Persona(
        key="helen",
        title="Dr",
        forename="Helen",
        surname="Marsh",
        sites=("Z99003",),
        roles=("main_contact",),
        can="Main Contact of a practice that closes. Its records were counted; some are looked for.",
    ),
    Persona(
        key="liam",
        title="Mr",
        forename="Liam",
        surname="Hughes",
        sites=("V99001",),
        roles=("main_contact",),
        can="The only person at a dental practice. The operator approves the secure orders.",
    ),
    Persona(
        key="fatima",
        title="Mrs",
        forename="Fatima",
        surname="Khan",
        sites=("FZZ01",),
        roles=("secure_stationery_orderer",),
        can="Orders for a pharmacy, prescription tokens included.",
    ),
    Persona(
        key="owen",
        title="Mr",
        forename="Owen",
        surname="Price",
        sites=("TPZ01",),
        roles=("read_only",),
        can="Sees the orders of an optician's; changes nothing.",
    ),
    Persona(
        key="ingrid",
        title="Ms",
        forename="Ingrid",
        surname="Berg",
        sites=(BOARD,),
        roles=("commissioner_approver",),
        can="Decides closures, moves and mergers for the commissioner. One request waits.",
    ),
    Persona(
        key="wanda",
        title="Ms",
        forename="Wanda",
        surname="Nowak",
        sites=("X4S4L",),
        roles=("warehouse_operator",),
        can="Picks with a scanner, packs, hands over to the carrier, records deliveries.",
    ),
    Persona(
        key="sam",
        title="Mr",
        forename="Sam",
        surname="Cole",
        sites=("X4S4L",),
        roles=("stock_controller",),
        can="Keeps the catalogue and the stock of both stores.",
    ),
    Persona(
        key="ada",
        title="Dr",
        forename="Ada",
        surname="Fox",
        sites=("X4S4L",),
        roles=("approver",),
        can="Approves changes of people and sites, orders where nobody else can, and that two patients are one.",
    ),
    Persona(
        key="dan",
        title="Mr",
        forename="Dan",
        surname="Moore",
        sites=("X4S4L",),
        roles=("data_manager",),
        can="Calls practices to verify requests, carries changes out, and keeps the directory.",
    ),
    Persona(
        key="priya",
        title="Ms",
        forename="Priya",
        surname="Shah",
        sites=("X4S4L",),
        roles=("support_agent",),
        can="Answers what practices ask and report.",
    ),
    Persona(
        key="omar",
        title="Mr",
        forename="Omar",
        surname="Said",
        sites=("X4S4L",),
        roles=("records_operator",),
        can="Scans, sorts, stores and looks for paper records; sets up couriers' scanners.",
    ),
    Persona(
        key="mary",
        title="Mrs",
        forename="Mary",
        surname="Hill",
        sites=("X4S4L",),
        roles=("service_manager", "auditor"),
        can="Runs the service: sees everything, writes service notices.",
    ),
)
BY_KEY = {persona.key: persona for persona in PERSONAS}

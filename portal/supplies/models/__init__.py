"""The models of supplies, one aggregate a file."""

from portal.supplies.models.account import SuppliesAccount
from portal.supplies.models.basket import BasketLine
from portal.supplies.models.batch import BatchMovement, BatchPick, StockBatch
from portal.supplies.models.box import Box, BoxAnswer, BoxLine
from portal.supplies.models.catalogue_item import CatalogueItem, ItemClass
from portal.supplies.models.consignment import Consignment, ConsignmentLine
from portal.supplies.models.favourite import FavouriteLine, FavouriteList
from portal.supplies.models.joint_order import JointOrder
from portal.supplies.models.need_answer import NeedAnswer
from portal.supplies.models.order import ApprovalRoute, Order, OrderLine, Reservation, SubstitutesChoice
from portal.supplies.models.pick_wave import PickWave
from portal.supplies.models.proof_import import ProofImport
from portal.supplies.models.shortage_notice import ShortageNotice
from portal.supplies.models.standing_order import StandingDate, StandingDateOutcome, StandingLine, StandingOrder
from portal.supplies.models.stock import StockLevel, StockMovement, StockMovementKind, Store
from portal.supplies.models.stock_count import StockCount
from portal.supplies.models.substitution import AllowedSubstitute, Substitution
from portal.supplies.models.usage import SiteSize, SiteUsage, UsageNorm
from portal.supplies.models.weekly_demand import WeeklyDemand

__all__ = [
    "AllowedSubstitute",
    "ApprovalRoute",
    "BasketLine",
    "BatchMovement",
    "BatchPick",
    "Box",
    "BoxAnswer",
    "BoxLine",
    "CatalogueItem",
    "Consignment",
    "ConsignmentLine",
    "FavouriteLine",
    "FavouriteList",
    "ItemClass",
    "JointOrder",
    "NeedAnswer",
    "Order",
    "OrderLine",
    "PickWave",
    "ProofImport",
    "Reservation",
    "ShortageNotice",
    "SiteSize",
    "SiteUsage",
    "StandingDate",
    "StandingDateOutcome",
    "StandingLine",
    "StandingOrder",
    "StockBatch",
    "StockCount",
    "StockLevel",
    "StockMovement",
    "StockMovementKind",
    "Store",
    "SubstitutesChoice",
    "Substitution",
    "SuppliesAccount",
    "UsageNorm",
    "WeeklyDemand",
]

"""Orders and the warehouse: addresses under /staff/supplies/."""

from __future__ import annotations

from django.urls import path

from portal.supplies.views import (
    boxes,
    documents,
    proofs,
    returns,
    staff_orders,
    staff_substitutes,
    standing_faults,
    waves,
)
from portal.supplies.views import warehouse as steps

warehouse = [
    path("orders/", staff_orders.Orders.as_view(), name="orders"),
    path("orders/standing-faults/", standing_faults.StandingFaults.as_view(), name="standing_faults"),
    path("orders/standing-faults/<reference>/<day>/", standing_faults.SettleFault.as_view(), name="settle_fault"),
    path("orders/<reference>/", staff_orders.Order.as_view(), name="order"),
    path("orders/<reference>/approve/", staff_orders.Approve.as_view(), name="approve_order"),
    path("orders/<reference>/reject/", staff_orders.Reject.as_view(), name="reject_order"),
    path("orders/<reference>/hold/", staff_orders.Hold.as_view(), name="hold_order"),
    path("orders/<reference>/release/", staff_orders.Release.as_view(), name="release_order"),
    path("orders/<reference>/lines/<item>/instead/", staff_substitutes.Offer.as_view(), name="offer_substitute"),
    path(
        "orders/<reference>/offers/<offer>/withdraw/", staff_substitutes.Withdraw.as_view(), name="withdraw_substitute"
    ),
    path("orders/<reference>/pick/", steps.StartPicking.as_view(), name="start_picking"),
    path("waves/", waves.Waves.as_view(), name="waves"),
    path("waves/start/", waves.Start.as_view(), name="start_wave"),
    path("waves/<reference>/", waves.Wave.as_view(), name="wave"),
    path("waves/<reference>/list.pdf", waves.WaveList.as_view(), name="wave_list"),
    path("manifests/", waves.Manifests.as_view(), name="manifests"),
    path("manifests/<day>/manifest.pdf", waves.ManifestPaper.as_view(), name="manifest"),
    path("proofs/", proofs.Proofs.as_view(), name="proofs"),
    path("proofs/<reference>/", proofs.ProofRun.as_view(), name="proof_import"),
    path("warehouse/", steps.Warehouse.as_view(), name="warehouse"),
    path("consignments/<reference>/", steps.ConsignmentPage.as_view(), name="consignment"),
    path("consignments/<reference>/pick/", steps.Pick.as_view(), name="pick"),
    path("consignments/<reference>/undo/", steps.Undo.as_view(), name="undo"),
    path("consignments/<reference>/boxes/", boxes.Boxes.as_view(), name="boxes"),
    path("consignments/<reference>/boxes/add/", boxes.AddBox.as_view(), name="add_box"),
    path("consignments/<reference>/boxes/remove/", boxes.RemoveBox.as_view(), name="remove_box"),
    path("consignments/<reference>/boxes/<box>/out/", boxes.TakeOut.as_view(), name="take_out_of_box"),
    path("consignments/<reference>/boxes/<box>/rest/", boxes.Rest.as_view(), name="rest_into_box"),
    path("consignments/<reference>/boxes/<box>/close/", boxes.Close.as_view(), name="close_box"),
    path("consignments/<reference>/boxes/<box>/open/", boxes.Open.as_view(), name="open_box"),
    path("consignments/<reference>/boxes/<box>/label.pdf", documents.BoxLabel.as_view(), name="box_label"),
    path("consignments/<reference>/load/", boxes.Load.as_view(), name="load"),
    path("consignments/<reference>/pack/", steps.Pack.as_view(), name="pack"),
    path("consignments/<reference>/reopen/", steps.Reopen.as_view(), name="reopen"),
    path("consignments/<reference>/cancel/", steps.CancelConsignment.as_view(), name="cancel_consignment"),
    path("consignments/<reference>/hand-over/", steps.HandOverPage.as_view(), name="hand_over"),
    path("consignments/<reference>/deliver/", steps.Deliver.as_view(), name="deliver"),
    path("consignments/<reference>/failed/", steps.Failed.as_view(), name="failed"),
    path("consignments/<reference>/came-back/", returns.CameBack.as_view(), name="came_back"),
    path("consignments/<reference>/again/", steps.TryAgain.as_view(), name="try_again"),
    path("consignments/<reference>/pick-list.pdf", documents.PickList.as_view(), name="pick_list"),
    path("consignments/<reference>/delivery-note.pdf", documents.DeliveryNote.as_view(), name="delivery_note"),
    path("consignments/<reference>/labels.pdf", documents.Labels.as_view(), name="labels"),
]

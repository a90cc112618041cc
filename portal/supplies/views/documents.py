"""The warehouse's paper, as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.views import StaffView
from portal.supplies.checkpoints import ON_THE_NOTE
from portal.supplies.documents.delivery_note import delivery_note, package_labels
from portal.supplies.documents.pick_list import pick_list
from portal.supplies.permissions import VIEW_QUEUE
from portal.supplies.warehouse_selectors import boxes_of, find_consignment_by, lines_besides, pick_lines


def pdf(name: str, contents: bytes) -> HttpResponse:
    """A PDF that the browser shows."""
    response = HttpResponse(contents, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


class PickList(StaffView):
    """The pick list of a consignment."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The PDF."""
        consignment = find_consignment_by(self.actor, reference)
        return pdf(f"pick-list-{consignment.reference}", pick_list(consignment, pick_lines(consignment)))


class DeliveryNote(StaffView):
    """The delivery note of a consignment."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The PDF, with what was really picked."""
        consignment = find_consignment_by(self.actor, reference)
        lines = [line for line in pick_lines(consignment) if line.picked]
        numbers = [row for printed in ON_THE_NOTE for row in printed(consignment)]
        others = lines_besides(consignment, lines)
        contents = delivery_note(consignment, lines, others, numbers, boxes_of(consignment))
        return pdf(f"delivery-note-{consignment.reference}", contents)


class Labels(StaffView):
    """A label for each box."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The PDF."""
        consignment = find_consignment_by(self.actor, reference)
        return pdf(f"labels-{consignment.reference}", package_labels(consignment, boxes_of(consignment)))


class BoxLabel(StaffView):
    """The label of one box."""

    permission = VIEW_QUEUE

    def get(self, request: HttpRequest, reference: str, box: str) -> HttpResponseBase:
        """The PDF. Raises NotFound for a box that the consignment has not."""
        consignment = find_consignment_by(self.actor, reference)
        boxes = [each for each in boxes_of(consignment) if each.code == box]
        if not boxes:
            raise NotFound
        return pdf(f"label-{boxes[0].code}", package_labels(consignment, boxes))

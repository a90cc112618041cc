"""A link as a picture that a phone's camera reads, so that nobody types it."""

from __future__ import annotations

from base64 import b64encode

from reportlab.graphics.barcode.qr import QrCodeWidget

_EDGE = 4  # modules left empty around it, as the standard asks


def picture_of_link(address: str) -> str:
    """A QR code as the address of an image: it holds the link's secret, so it is in no file."""
    code = QrCodeWidget(address, barLevel="M").qr
    code.make()
    size = code.getModuleCount()
    dark = "".join(
        f"M{column + _EDGE} {row + _EDGE}h1v1h-1z"
        for row in range(size)
        for column in range(size)
        if code.isDark(row, column)
    )
    whole = size + 2 * _EDGE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path d="{dark}"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()

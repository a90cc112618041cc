"""CSV and XLSX, once for every export. No cell can become a formula (ASVS 1.2.10)."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Response = TypeVar("Response", bound=HttpResponseBase)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767  # what a cell of a workbook holds
_MOST_ROWS = 1_048_576  # what a sheet of a workbook holds
# What a spreadsheet takes for the start of a formula, also behind blanks, also in the wide forms of East Asia.
_FORMULA = re.compile(r"[\s\x00-\x20\u200b\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9 ]*(\.[0-9]+)?")
# XML has no place for these: a workbook that holds one does not open.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Echo:
    """A file that hands back what is written to it, so that rows can be streamed."""

    def write(self, value: str) -> str:
        """The value itself."""
        return value


def csv_response(name: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV file, streamed: UTF-8 with a mark, so that spreadsheet programs read it as such."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_MINIMAL)

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(list(heads))
        for row in rows:
            yield writer.writerow([csv_value(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    return _as_download(response, f"{name}.csv")


def csv_value(value: Any) -> Any:
    """A value for a CSV cell: text that a spreadsheet would take for a formula gets an apostrophe before it.

    A number in text form, such as +44 20 7946 0958 or -5, is left as it is: it can compute nothing, and an
    apostrophe would spoil it for every other reader. XLSX needs no such guess, so pages offer it first.
    """
    if isinstance(value, datetime):
        return _on_the_clock(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or _PLAIN_NUMBER.fullmatch(value):
        return value
    return f"'{value}" if _FORMULA.match(value) else value


def xlsx_response(name: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """A workbook written row by row into a temporary file; text is typed as text, whatever it begins with.

    Memory does not grow with the rows. What one sheet cannot hold goes on in the next.
    """
    book = Workbook(write_only=True)
    titles = list(heads)
    for number, row in enumerate(rows):
        if number % (_MOST_ROWS - 1) == 0:
            sheet = _new_sheet(book, titles)
        sheet.append([_cell(sheet, value) for value in row])
    if not book.worksheets:
        _new_sheet(book, titles)
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it when it has been sent
    book.save(file)
    file.seek(0)
    return _as_download(FileResponse(file, content_type=XLSX_TYPE), f"{name}.xlsx")


def _new_sheet(book: Workbook, titles: list[str]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(f"Export {len(book.worksheets) + 1}")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, title) for title in titles])
    return sheet


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_NOT_XML.sub("", value)[:_LONGEST_CELL])
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(sheet, value=_on_the_clock(value) if isinstance(value, datetime) else value)


def _on_the_clock(value: datetime) -> datetime:
    """The moment as a clock in the portal's zone shows it: a workbook knows no zones, and readers have one."""
    local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    return local.replace(microsecond=0)


def _as_download(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

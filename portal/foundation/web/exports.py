"""CSV and XLSX, once for every export. No cell can become a formula (ASVS 1.2.10)."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767
# What a spreadsheet takes for the start of a formula, also behind blanks.
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\t\r\n\x00|%]")
_PLAIN_NUMBER = re.compile(r"^[+-]?[0-9][0-9 ]*(\.[0-9]+)?$")


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

    A number in text form, such as a telephone number with +44, is left as it is: it cannot do anything.
    """
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or _PLAIN_NUMBER.match(value):
        return value
    return f"'{value}" if _FORMULA.match(value) else value


def xlsx_response(name: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """A workbook written row by row into a temporary file; text is typed as text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append([_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it when it has been sent
    book.save(file)
    file.seek(0)
    return _as_download(FileResponse(file, content_type=XLSX_TYPE), f"{name}.xlsx")


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL])
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(sheet, value=value)


def _as_download(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""What every list of the office shares: the sort chosen in its address, and the same list as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse


def sorting(request: HttpRequest, labels: Mapping[str, str]) -> dict[str, Any]:
    """`sort` and `sorts` for `site/components/sorts.html`. labels: by code; the first is taken when none is asked for."""
    wanted = request.GET.get("sort", "")
    return {
        "sort": wanted if wanted in labels else next(iter(labels)),
        "sorts": [{"code": code, "label": label} for code, label in labels.items()],
    }


def wants_csv(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file, filtered and sorted as on the page."""
    return request.GET.get("format") == "csv"


def csv_file(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, mark: bool
) -> HttpResponse:
    """A list for a spreadsheet. mark: whether its name says SIMULASI. No cell is read as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    kind = "-SIMULASI" if mark else ""
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}{kind}.csv"'},
    )


def plain_cell(value: object) -> str:
    """As text. A cell that a spreadsheet would read as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text

"""What the page templates need and Django's own tags lack; presentation only.

Load with `{% load page %}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.formats import number_format

register = template.Library()


@register.simple_tag(takes_context=True)
def repeat_block(context: template.Context, name: str) -> str:
    """The block `name` once more: the title stands in <title> and in the heading, written once."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context)


@register.filter
def beside(cells: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each cell with its column, so that a stacked table can name it. Raises ValueError if counts differ."""
    return list(zip(columns, cells, strict=True))


@register.filter
def grouped(value: Any) -> str:
    """A number as people read it: 10.000 in Indonesian."""
    return number_format(value, force_grouping=True)


@register.filter
def axis(rows: Iterable[Mapping[str, Any]], threshold: float | None = None) -> tuple[float, float]:
    """(least, most) of a figure's axis: every number in `rows`, zero and the threshold, with room at the ends.

    rows: mappings with any of promised, delivered (bars, from zero) or low, high (intervals).
    """
    names = ("promised", "delivered", "low", "high")
    values = [float(row[name]) for row in rows for name in names if row.get(name) is not None]
    values += [0.0, *([] if threshold in (None, "") else [float(threshold)])]
    least, most = min(values), max(values)
    room = (most - least) * 0.06 or 1.0
    bars = least == 0 and threshold in (None, "")
    return (0.0 if bars else least - room, most if bars and most else most + room)


@register.filter
def along(value: float, ends: tuple[float, float]) -> str:
    """Where `value` lies on an axis, as an SVG percentage (always with a dot, whatever the language)."""
    least, most = ends
    return f"{100 * (float(value) - least) / (most - least):.2f}%"

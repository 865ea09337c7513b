"""Lines in a figure with two logarithmic axes, as SVG that reads in light and in dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 40, 50  # room for words around the lines
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #454c54 } .title { font-weight: 600 }
.grid { stroke: #8886; stroke-width: 1 } .line { fill: none; stroke-width: 2.5 }
.a { stroke: #b3261e; fill: #b3261e } .b { stroke: #0b57d0; fill: #0b57d0 }
.c { stroke: #146c2e; fill: #146c2e } .d { stroke: #6b5778; fill: #6b5778 }
text.a, text.b, text.c, text.d { stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #c9d1d9 }
  .a { stroke: #f2b8b5; fill: #f2b8b5 } .b { stroke: #a8c7fa; fill: #a8c7fa }
  .c { stroke: #7fd99a; fill: #7fd99a } .d { stroke: #d4bde3; fill: #d4bde3 }
}
"""

Points = Sequence[tuple[float, float]]


def log_log(lines: Mapping[str, Points], *, title: str) -> str:
    """A figure of up to four lines. lines: by name, points (count, seconds), both above 0."""
    points = [point for line in lines.values() for point in line]
    counts, seconds = zip(*points, strict=True)
    x = _Axis(min(counts), max(counts), LEFT, WIDTH - RIGHT)
    y = _Axis(min(seconds), max(seconds), HEIGHT - BOTTOM, TOP)
    parts = [f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>']
    for power in x.powers():
        at = x(10.0**power)
        parts.append(f'<path class="grid" d="M{at} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>')
    for power in y.powers():
        at = y(10.0**power)
        parts.append(f'<path class="grid" d="M{LEFT} {at}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{_time(power)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">applicants</text>')
    lowest = HEIGHT  # names stand beside the ends of their lines, from above, none on another
    named = sorted(lines.items(), key=lambda item: item[1][-1][1])
    for kind, (name, line) in zip("dcba"[-len(named) :], named, strict=True):
        places = [(x(count), y(second)) for count, second in line]
        parts.append(
            f'<path class="line {kind}" style="fill:none" d="M{"L".join(f"{a} {b}" for a, b in places)}"/>'
        )
        parts += [f'<circle class="{kind}" cx="{a}" cy="{b}" r="3.5"/>' for a, b in places]
        lowest = min(places[-1][1] + 4, lowest - 17)
        parts.append(f'<text class="{kind}" x="{places[-1][0] + 10}" y="{lowest}">{escape(name)}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n{body}\n</svg>\n"
    )


class _Axis:
    """Values to places, logarithmically, from a whole power of ten on."""

    def __init__(self, least: float, most: float, begin: float, end: float) -> None:
        self.low, self.high = floor(log10(least)), log10(most)
        self.begin, self.end = begin, end

    def __call__(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def powers(self) -> range:
        return range(self.low, ceil(self.high + 1e-9))


def _time(power: int) -> str:
    """A power of ten seconds in a short word."""
    unit, factor = ("s", 0) if power >= 0 else ("ms", 3) if power >= -3 else ("µs", 6)
    return f"{10 ** (power + factor):,} {unit}"

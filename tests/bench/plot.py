"""A plot of lines on two logarithmic axes, as SVG that reads in light and in dark."""
import html
import math

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 44, 54

# Told apart also by those who see few colours (Okabe and Ito), and bright enough on black.
COLORS = ["#e69f00", "#56b4e9", "#cc79a7", "#009e73"]

STYLE = """
  svg { background: #ffffff; color: #222222; font: 13px sans-serif }
  @media (prefers-color-scheme: dark) { svg { background: #0d1117; color: #e6edf3 } }
  text { fill: currentColor } .grid { stroke: currentColor; stroke-opacity: 0.15 }
  .line { fill: none; stroke-width: 2.5 } .title { font-size: 15px; font-weight: bold }
"""


class Axis:
    """Values to pixels."""

    def __init__(self, values, first_pixel, last_pixel):
        self.low, self.high = math.log10(min(values)), math.log10(max(values))
        if self.low == self.high:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        self.first, self.last = first_pixel, last_pixel

    def pixel(self, value):
        return self.first + (math.log10(value) - self.low) / (self.high - self.low) * (self.last - self.first)


def powers_around(values):
    """The powers of ten that enclose the values."""
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0 ** exponent for exponent in range(first, last + 1)]


def number(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def apart(places, least):
    """The places of labels, in rising order, moved down where they would overlap."""
    moved = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    return moved


def grid(x, y, sizes, ticks):
    parts = []
    for value in ticks:
        parts.append(f'<path class="grid" d="M{LEFT} {y.pixel(value):.1f}H{WIDTH - RIGHT}"/>'
                     f'<text x="{LEFT - 8}" y="{y.pixel(value) + 4:.1f}" text-anchor="end">{number(value)}</text>')
    for size in sizes:
        parts.append(f'<path class="grid" d="M{x.pixel(size):.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
                     f'<text x="{x.pixel(size):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
                     f'{size / 1000:,.0f}k</text>')
    return parts


def line(points, color):
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in points)
    return f'<path class="line" stroke="{color}" d="M{path}"/>{dots}'


def latency_plot(title, series):
    """`series`: name to points (passages, milliseconds)."""
    sizes = sorted({size for points in series.values() for size, _ in points})
    ticks = powers_around([value for points in series.values() for _, value in points])
    x, y = Axis(sizes, LEFT + 10, WIDTH - RIGHT), Axis(ticks, HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
             f"<title>{html.escape(title)}</title><style>{STYLE}</style>",
             f'<text class="title" x="{LEFT}" y="24">{html.escape(title)}</text>',
             *grid(x, y, sizes, ticks),
             f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">passages</text>',
             f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">milliseconds</text>']
    ends = sorted((y.pixel(points[-1][1]), name) for name, points in series.items())
    label_places = dict(zip((name for _, name in ends), apart([place for place, _ in ends], 16)))
    for color, (name, points) in zip(COLORS, series.items()):
        parts.append(line([(x.pixel(size), y.pixel(value)) for size, value in points], color))
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{label_places[name] + 4:.1f}">{html.escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"

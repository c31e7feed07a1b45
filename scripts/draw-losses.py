#!/usr/bin/env python3
"""Draws the mean held-out losses of docs/real-text/losses.csv as an SVG.

    python3 scripts/draw-losses.py            write docs/real-text/losses.svg
    python3 scripts/draw-losses.py --check    exit with 1 if that file is not what the numbers give
"""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs/real-text"

# A column of the table, and what stands below it.
COLUMNS = [
    ("start", "start", "random"),
    ("pretrain", "phase 1", "pre-train"),
    ("midtrain", "phase 2", "mid-train"),
    ("decay-all-languages", "phase 3", "decay"),
    ("merge", "merge", "TIES"),
]
# The phase from which languages are read, what they are called, and the class of their line.
GROUPS = [
    ("decay", "{} languages read from phase 3", "third"),
    ("midtrain", "{} languages read from phase 2", "second"),
    ("pretrain", "{} languages read from phase 1", "first"),
]

# Letters of 16 in a width of 480: 11.9 pixels where a telephone leaves 358 for the drawing.
WIDTH, HEIGHT = 480, 392
LEFT, RIGHT, TOP, BOTTOM = 52, 444, 62, 328
LOWEST, HIGHEST = 6, 10

STYLE = """
  text { font: 16px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
  .title, .name { font-weight: 600; }
  .page { fill: #ffffff; }
  .ink { fill: #1f2328; }
  .faint { fill: #59636e; }
  .grid { stroke: #d1d9e0; }
  .first { color: #0550ae; }
  .second { color: #953800; }
  .third { color: #116329; }
  .line { fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; }
  .unread { stroke-dasharray: 2 6; }
  .point { fill: currentColor; }
  .open { fill: #ffffff; stroke: currentColor; stroke-width: 2.5; }
  .name { fill: currentColor; stroke: #ffffff; stroke-width: 5; paint-order: stroke; }
  @media (prefers-color-scheme: dark) {
    .page, .open { fill: #0d1117; }
    .ink { fill: #f0f6fc; }
    .faint { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .first { color: #79c0ff; }
    .second { color: #ffa657; }
    .third { color: #7ee787; }
    .name { stroke: #0d1117; }
  }
"""


def means():
    """The number of languages with held-out text in each group, and their mean losses."""
    with open(FOLDER / "losses.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["start"]]
    result = {}
    for group, _, _ in GROUPS:
        members = [row for row in rows if row["read_from"] == group]
        losses = [sum(float(row[name]) for row in members) / len(members) for name, _, _ in COLUMNS]
        result[group] = (len(members), losses)
    return result


def x(column):
    return LEFT + 26 + column * (RIGHT - LEFT - 52) / (len(COLUMNS) - 1)


def y(loss):
    return BOTTOM - (loss - LOWEST) * (BOTTOM - TOP) / (HIGHEST - LOWEST)


def text(px, py, content, classes, anchor="start"):
    place = f'x="{px:.1f}" y="{py:.1f}" text-anchor="{anchor}"'
    return f'<text {place} class="{classes}">{content}</text>'


def path(points, classes):
    places = " L".join(f"{px:.1f} {py:.1f}" for px, py in points)
    return f'<path d="M{places}" class="{classes}"/>'


def axes():
    lines = [
        text(16, 28, "Held-out loss, nats per masked token", "ink title"),
        text(16, 48, "Mean over languages; lower is better", "faint"),
    ]
    for loss in range(LOWEST, HIGHEST + 1):
        lines.append(
            f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y(loss):.1f}" y2="{y(loss):.1f}" class="grid"/>')
        lines.append(text(LEFT - 10, y(loss) + 5.5, str(loss), "faint", "end"))
    for column, (_, name, below) in enumerate(COLUMNS):
        lines.append(text(x(column), BOTTOM + 28, name, "ink", "middle"))
        lines.append(text(x(column), BOTTOM + 48, below, "faint", "middle"))
    return lines


def group_lines(group, name, classes, count, losses, row):
    """A line that is dotted while its languages are not read yet, and its name in the corner."""
    points = [(x(column), y(loss)) for column, loss in enumerate(losses)]
    names = [name.split("-")[0] for name, _, _ in COLUMNS]
    entry = names.index(group)
    lines = [path(points[entry - 1:], f"line {classes}")]
    if entry > 1:
        lines.append(path(points[:entry], f"line unread {classes}"))
    for column, (px, py) in enumerate(points):
        state, radius = ("point", 5) if column >= entry else ("open", 4)
        lines.append(
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{radius}" class="{state} {classes}"/>')
    lines.append(text(RIGHT, TOP + 24 + 22 * row, name.format(count), f"name {classes}", "end"))
    return lines


def drawing():
    numbers = means()
    spoken = "; ".join(
        name.format(numbers[group][0]) + ": "
        + ", ".join(f"{COLUMNS[i][1]} {loss:.2f}" for i, loss in enumerate(numbers[group][1]))
        for group, name, _ in GROUPS)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>Mean held-out losses. {spoken}</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" class="page"/>',
    ]
    lines += axes()
    for row, (group, name, classes) in enumerate(GROUPS):
        lines += group_lines(group, name, classes, *numbers[group], row)
    return "\n".join(lines + ["</svg>"]) + "\n"


def main():
    target = FOLDER / "losses.svg"
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if target.read_text(encoding="utf-8") == drawing() else f"{target} is stale")
    if sys.argv[1:]:
        sys.exit(__doc__)
    target.write_text(drawing(), encoding="utf-8")


if __name__ == "__main__":
    main()

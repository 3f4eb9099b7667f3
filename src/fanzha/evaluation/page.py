"""The figures as one HTML page that needs no network: plots are SVG, every one with its numbers below it."""

from __future__ import annotations

import html
import json
from typing import Any

_WIDTH, _HEIGHT, _EDGE = 560, 260, 44
_STYLE = (
    "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b2733}"
    "svg{width:100%;height:auto;background:#fafbfc}text{font-size:12px;fill:#44525f}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #dde3e8;padding:.2rem .5rem;text-align:right}td:first-child,th:first-child{text-align:left}"
    ".note{background:#fff4d6;padding:.5rem 1rem}"
)


def page(figures: dict[str, Any]) -> str:
    """The page in Chinese and English. `figures`: as `evaluate` gives them."""
    parts = ["<h1>检测评估 <small>How good detection was</small></h1>"]
    if figures["synthetic"]:
        parts.append("<p class=note>合成城市，非真实数据。 A synthetic city; nobody in it is real.</p>")
    parts.append(
        f"<p>{figures['people']} 人 people, {figures['days']} 天 days, {figures['victims']['count']} 名受害人 victims</p>"
    )
    curve = figures["curve"]
    lines = [
        ("首次付款前 before the first payment", "#b5521b", [(one["false"], one["before_first"]) for one in curve]),
        (
            "末次付款时或之前 with the last payment or before",
            "#1f5f8b",
            [(one["false"], one["with_last"]) for one in curve],
        ),
    ]
    parts.append("<h2>召回率与误报 <small>Recall over false warnings per 100,000 people and day</small></h2>")
    parts.append(_plot(lines, max([one["false"] for one in curve] or [1.0])))
    parts.append(_table(curve, ("score", "false", "before_first", "with_last")))
    parts.append("<h2>校准 <small>Calibration: score, and share that was true</small></h2>")
    points = [(one["score"], one["true"]) for one in figures["calibration"]]
    parts.append(_plot([("实际 true", "#1f5f8b", points), ("理想 ideal", "#9aa7b2", [(0.0, 0.0), (1.0, 1.0)])], 1.0))
    parts.append(_table(figures["calibration"], ("count", "score", "true")))
    parts.append("<h2>易误判群体 <small>Benign groups, rate over the general one</small></h2>")
    rows = [{"group": name, **row} for name, row in figures["lookalikes"].items()]
    parts.append(_table(rows, ("group", "count", "victim_warnings_over_general", "number_or_account_warned")))
    for title, name in (("区县 Counties", "by_county"), ("年龄 Age bands", "by_age")):
        rows = [{"group": group, **row} for group, row in figures["false_victim_warnings"][name].items()]
        parts.append(f"<h2>{title} <small>false warnings over the city's rate, lower 95 % bound</small></h2>")
        parts.append(_table(rows, ("group", "ratio", "low")))
    parts.append("<h2>全部数字 <small>All figures</small></h2>")
    parts.append(f"<pre>{html.escape(json.dumps(figures, ensure_ascii=False, indent=1))}</pre>")
    body = "\n".join(parts)
    return f"<!doctype html><html lang=zh><meta charset=utf-8><title>检测评估 fanzha</title><style>{_STYLE}</style><body>{body}</body></html>\n"


def _plot(lines: list[tuple[str, str, list[tuple[float, float]]]], widest: float) -> str:
    across, up = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE

    def at(point: tuple[float, float]) -> str:
        return f"{_EDGE + point[0] / max(widest, 1e-9) * across:.1f},{_HEIGHT - _EDGE - point[1] * up:.1f}"

    drawn = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">']
    for tick in range(5):
        share = tick / 4
        y, x = _HEIGHT - _EDGE - share * up, _EDGE + share * across
        drawn.append(f'<line x1="{_EDGE}" y1="{y}" x2="{_WIDTH - _EDGE}" y2="{y}" stroke="#dde3e8"/>')
        drawn.append(
            f'<text x="8" y="{y + 4}">{share:.2f}</text><text x="{x - 10}" y="{_HEIGHT - 22}">{share * widest:.3g}</text>'
        )
    for place, (name, colour, points) in enumerate(lines):
        path = " ".join(at(point) for point in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn.append(f'<text x="{_EDGE}" y="{16 + place * 15}" style="fill:{colour}">{html.escape(name)}</text>')
    return "".join([*drawn, "</svg>"])


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    head = "".join(f"<th>{column}</th>" for column in columns)
    lines = ["<tr>" + "".join(f"<td>{_cell(row[column])}</td>" for column in columns) + "</tr>" for row in rows]
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else html.escape(str(value))

"""How a published page looks on a screen, light or dark, and on paper."""

from reliability.charts.palette import DARK, LIGHT, properties

_RULES = """
body { color: var(--text); background: var(--page); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif;
  max-width: 72rem; margin: 0 auto; padding: 1rem; font-variant-numeric: tabular-nums;
  font-variant-ligatures: none; } /* "ff" in an id is found and copied as two letters, from a print too */
h1 { font-size: 1.1rem; color: var(--muted); margin: 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-top: 1px solid var(--border); padding-top: 1rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; }
.headline { font-size: 1.5rem; line-height: 1.3; font-weight: 600; margin: .5rem 0; }
.stamp, .quiet { color: var(--muted); font-size: .85rem; }
.stamp { overflow-wrap: anywhere; }
.buckets { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: 0; margin: .75rem 0; list-style: none; }
.buckets b { font-size: 1.25rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .75rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: .75rem; }
.card, .chart { background: var(--panel); border: 1px solid var(--border); border-radius: .5rem; padding: .75rem;
  margin: 0; min-width: 0; }
.card h3 { font-size: .9rem; color: var(--muted); font-weight: 500; }
.figure { font-size: 1.6rem; line-height: 1.25; font-weight: 600; }
.good { color: var(--good); } .noise { color: var(--noise); } .concern { color: var(--concern); }
.unknown { color: var(--unknown); }
svg { display: block; width: 100%; height: auto; font-family: system-ui, "DejaVu Sans", sans-serif; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; font-size: .85rem;
  border-bottom: 1px solid var(--border); overflow-wrap: anywhere; }
th { color: var(--muted); font-weight: 500; }
.wide { overflow-x: auto; } .wide table { min-width: 40rem; }
.wide th, .wide td { overflow-wrap: break-word; }
.question { margin: 0 0 1rem; } .question td:first-child { width: 30%; }
td.number { text-align: right; white-space: nowrap; padding-right: 0; }
ul { padding-left: 1.2rem; } li { margin: .25rem 0; }
summary { overflow-wrap: anywhere; cursor: pointer; color: var(--muted); font-size: .85rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .75rem; }
"""

# A browser that prints knows no running foot: the second stamp is fixed there on every page.
_PRINTED = """
.foot { display: none; }
@media print {
  @page { margin: 15mm 15mm 25mm; }
  body { padding: 0; font-size: 12px; max-width: none; }
  .wide { overflow: visible; } .wide table { min-width: 0; }
  .foot { display: block; position: fixed; bottom: -15mm; left: 0; right: 0; }
  .card, .chart, .question, tr, h2, h3 { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

_PAPER = """
@page { size: A4; margin: 15mm 15mm 24mm;
  @bottom-left { content: string(stamp); font: 7.5pt/1.3 "DejaVu Sans", sans-serif; color: #52606D; width: 150mm;
    vertical-align: top; padding-top: 3mm; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); white-space: nowrap;
    font: 7.5pt/1.3 "DejaVu Sans", sans-serif; color: #52606D; vertical-align: top; padding-top: 3mm; }
}
body { font-size: 9.5pt; line-height: 1.4; padding: 0; max-width: none; }
.stamp { string-set: stamp content(); }
h2 { margin-top: 1.2rem; break-after: avoid; } h3 { break-after: avoid; }
.card, .chart, .question, tr, li { break-inside: avoid; }
.cards { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); break-inside: avoid; margin-bottom: .75rem; }
.charts { display: block; } .chart { margin-bottom: .75rem; }
.numbers { column-count: 3; column-gap: 8mm; column-fill: auto; }
.numbers td, .numbers th { font-size: 8pt; padding-top: 0; padding-bottom: 0; }
/* Given widths: measuring every cell for them takes half of the time that a PDF takes. */
.card table, .numbers table, .wide table { table-layout: fixed; }
.card td:first-child { width: 38%; }
.wide table { min-width: 0; } col { width: var(--share); }
ul { list-style: none; padding: 0; }
/* What must be decided stands on the first sheet. */
.question { margin-bottom: .5rem; } .question p { margin: .1rem 0; }
.question td { padding-top: .05rem; padding-bottom: .05rem; }
"""


def style(paper: bool) -> str:
    """Return the style sheet of a page that a browser shows and prints, or of a PDF."""
    light = f":root {{ {properties(LIGHT)} }}\n"
    if paper:
        return light + _RULES + _PAPER
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {properties(DARK)} }} }}\n"
    return ":root { color-scheme: light dark; }\n" + light + dark + _RULES + _PRINTED

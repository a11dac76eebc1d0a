"""A letter to an account as one HTML file, or as PDF, in the look of a published page."""

from html import escape

from reliability import formatting as fmt
from reliability.publish.columns import columns
from reliability.publish.page_style import style
from reliability.publish.pdf import pdf_of
from reliability.review.letter import Letter

_HEADS = ("opened", "incident", "for", "what ended it")


def letter_page(found: Letter, paper: bool = False) -> str:
    """Return the whole document; all that comes from exports is escaped. paper: for a PDF."""
    title = escape(f"{found.organisation} to {found.account}: {found.period}")
    stamp = escape(found.stamp + (" · sample data" if found.sample else ""))
    rows = [
        (
            escape(hit.opened),
            f"<b>{escape(hit.severity)}</b> {escape(hit.id)}<br>{escape(hit.title)}<br>{escape(hit.service)}",
            escape(hit.took),
            escape(hit.ended),
        )
        for hit in found.hits
    ]
    hits = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = (
        f'<div class="wide"><table>{columns(_HEADS, rows)}<tr>'
        + "".join(f"<th>{head}</th>" for head in _HEADS)
        + f"</tr>{hits}</table></div>"
    )
    promised = "".join(f"<li>{escape(one)}</li>" for one in found.promised)
    share = "not known" if found.availability is None else fmt.availability(found.availability)
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style(paper)}</style></head>\n<body>\n"
        f'<h1>{title}</h1><p class="stamp">{stamp}</p><p class="headline">{escape(found.headline)}</p>\n'
        f'<h2>Your availability</h2><p class="figure">{escape(share)}</p>'
        f'<p class="quiet">{escape(found.availability_note)}</p>\n'
        f"<h2>What hit you</h2>{table if hits else '<p>Nothing that is recorded.</p>'}\n"
        "<h2>What is promised</h2>"
        f"{f'<ul>{promised}</ul>' if promised else '<p>No further work is planned for what hit you.</p>'}\n"
        "</body></html>\n"
    )


def letter_pdf(found: Letter) -> bytes:
    """Return the letter on A4. Raises ReliabilityError where the system's libraries for it are missing."""
    return pdf_of(letter_page(found, paper=True))

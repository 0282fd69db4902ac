"""The QR code of a statement as vectors."""

import io

import segno


def svg_document(text: str) -> str:
    """A whole SVG file, with the quiet zone that readers need."""
    out = io.BytesIO()
    _code(text).save(out, kind="svg", border=4, svgclass=None, lineclass=None, nl=False)
    return out.getvalue().decode()


def svg_inline(text: str) -> str:
    """The same for within HTML: no declaration, no size of its own."""
    return str(_code(text).svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None))


def _code(text: str) -> segno.QRCode:
    """Level M bears a stain of a seventh; the mask is chosen by the standard, so the same text is the same code."""
    return segno.make(text, error="m", micro=False, boost_error=False)

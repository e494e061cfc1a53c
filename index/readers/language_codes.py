"""Languages as sources name them, to ISO 639-1."""

import re

_NAMES = {
    "en": "eng english anglais ingles englisch",
    "fr": "fra fre french francais français frances franzosisch französisch",
    "es": "spa spanish espagnol espanol español spanisch castellano",
    "de": "deu ger german allemand aleman alemán deutsch",
    "it": "ita italian italien italiano",
    "pt": "por portuguese portugais portugues português",
    "nl": "nld dut dutch neerlandais néerlandais nederlands",
    "pl": "pol polish polonais polski",
    "ro": "ron rum romanian roumain",
    "uk": "ukr ukrainian ukrainien",
    "ru": "rus russian russe",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}
_TAG = re.compile(r"([a-z]{2})(?:[-_].*)?")


def language_code(name: str) -> str | None:
    """The code for "fr", "fr-CA", "fr_FR", "fra" or "French"; None for an empty or an unknown name."""
    folded = name.strip().lower()
    if folded in _CODES:
        return _CODES[folded]
    match = _TAG.fullmatch(folded)
    return match[1] if match and match[1] not in ("xx", "zz") else None

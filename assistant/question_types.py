"""What kind of thing a question asks for, and whether a sentence holds one that the question does not hold itself.

The tables hold words of grammar and of the calendar in the four languages of the bundled model, nothing of any topic.
A question in another language, or of no known kind, is of kind "other", and every sentence suits it equally.
"""

import re
from typing import Literal

from index.analysis import fold, words

Kind = Literal["quantity", "time", "names", "other"]

_OPENINGS: tuple[tuple[Kind, str], ...] = (
    ("quantity", r"how (?:many|much)|what (?:number|share|percentage|sum|amount)"),
    ("quantity", r"combien|quel(?:le)? (?:somme|nombre|montant)"),
    ("quantity", r"cuant[oa]s?|que (?:numero|cantidad|suma)|wie ?viele?|wieviel\w*"),
    ("time", r"(?:since |until )?when|what (?:day|date|year|month)"),
    ("time", r"(?:depuis |jusqu'a )?quand|quel(?:le)? (?:jour|date|annee|mois)"),
    ("time", r"cuando|que (?:dia|fecha|ano)|(?:seit |bis )?wann|welche[nrsm]? (?:tag|jahr|datum)"),
    ("names", r"who|whom|whose|where"),
    ("names", r"(?:a |avec |par |de )?qui|ou|d'ou"),
    ("names", r"(?:a |con |de |por )?quien(?:es)?|(?:a |de )?donde"),
    ("names", r"wer|wem|wen|wessen|wo|wohin|woher"),
)
_KINDS = tuple((kind, re.compile(rf"(?:^|[\s¿(,]|\b)(?:{pattern})\b")) for kind, pattern in _OPENINGS)

_NUMBER_WORDS = frozenset(
    fold(word)
    for word in (
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy "
        "eighty ninety hundred hundreds thousand thousands million millions billion billions dozen dozens half twice "
        "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante soixante cent "
        "cents centaine centaines mille millier milliers million millions milliard milliards douzaine douzaines moitié "
        "dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta sesenta "
        "cien ciento cientos mil miles millón millones docena docenas mitad "
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf fünfzehn zwanzig dreißig vierzig fünfzig sechzig "
        "hundert hunderte tausend tausende million millionen milliarde milliarden dutzend hälfte"
    ).split()
)
_CALENDAR_WORDS = frozenset(
    fold(word)
    for word in (
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday yesterday today tomorrow week weeks month months year years ago "
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi "
        "jeudi vendredi samedi dimanche hier demain semaine semaines mois an ans année années "
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes "
        "miércoles jueves viernes sábado domingo ayer mañana hoy semana semanas mes meses año años "
        "januar februar märz april mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag "
        "sonntag gestern heute morgen woche wochen monat monate jahr jahre"
    ).split()
)
_NAME = re.compile(r"(?<![.!?…:«»“”\"(\n-] )(?<!^)\b[^\W\d_a-zß-öø-ÿ][\w’'-]+")


def kind_of(question: str) -> Kind:
    """The kind of thing that the question asks for."""
    folded = fold(question.replace("’", "'"))
    places = [(found.start(), kind) for kind, pattern in _KINDS if (found := pattern.search(folded))]
    return min(places)[1] if places else "other"


def suits(kind: Kind, question: str, sentence: str) -> float:
    """From 1, when the sentence holds such a thing that is not in the question, to -1, when not; 0 for "other"."""
    if kind == "other":
        return 0.0
    asked = set(words(fold(question)))
    if kind == "names":
        held = [name for name in _NAME.findall(sentence) if not asked.issuperset(words(fold(name)))]
        return 1.0 if held else -1.0
    new = set(words(fold(sentence))) - asked
    if kind == "quantity":
        return 1.0 if any(word[0].isdigit() or word in _NUMBER_WORDS for word in new) else -1.0
    return 1.0 if new & _CALENDAR_WORDS or any(re.fullmatch(r"(?:19|20)\d\d", word) for word in new) else -1.0

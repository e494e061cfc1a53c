"""Whether a sentence tells what somebody says without telling who, in four languages; and the sentence that tells.

By grammar: a pronoun as the subject of a verb of saying, a reporting clause between commas or behind a quotation whose
subject is a pronoun (or, in Spanish, left out), and phrases such as "according to him".
"""

import re
from collections.abc import Mapping

from assistant.checking.names import names
from index.sentences import sentences_within
from index.types import Article, Span

_FARTHEST = 2_000
"""Characters in which the sentences before a quote are looked for."""

_MARK = r"[,»”“\"’–—]"

_EN_SAY = (
    r"(?:sa(?:id|ys?)|t(?:old|ells?)|repl(?:ied|ies|y)|den(?:ied|ies|y)|w(?:rote|rites?)|(?:add|explain|warn|claim|ask|"
    r"stress|insist|admit|confirm|announce|declare|argue|note|state|promise|accuse|call|conclude|recall|report|suggest|"
    r"describe|demand|stressed|admitt)(?:e?d|e?s)?)"
)
_FR_SAY = (
    r"(?:di(?:t|sait|sent|ra)|(?:déclar|affirm|expliqu|annonc|ajout|précis|soulign|indiqu|assur|estim|accus|"
    r"demand|répét|rappel|plaid|insist|jug|racont|confirm|not|lanc|dénonc)(?:e|é|és|ée|ées|a|ait|ent|aient|èrent)|"
    r"prom(?:et|is|ettent)|répond(?:u|ait|ent)?|reconn(?:aît|u)|prévenu|averti(?:t)?|soutenu|soutient|écrit)"
)
_ES_SAY = (
    r"(?:di(?:jo|ce|jeron|cen|cho)|(?:afirm|asegur|explic|anunci|declar|señal|subray|indic|record|reproch|"
    r"coment|cont|denunci|critic|confirm|destac|lament)(?:ó|a|an|aron|aba|aban|ado)|(?:añad|insist|adv[ie]rt|"
    r"prometi|respondi|reconoc|admit)(?:ió|e|en|ieron|ía|ido|ó)|sost(?:uvo|iene|ienen)|escribió)"
)
_DE_SAY = (
    r"(?:sag(?:t|te|ten)|erklär(?:t|te|ten)|beton(?:t|te|ten)|mein(?:t|te|ten)|warn(?:t|te|ten)|teil(?:t|te|ten)|"
    r"füg(?:t|te|ten)|kündig(?:t|te|ten)|forder(?:t|te|ten)|bestätig(?:t|te|ten)|berichte(?:t|te|ten)|äußer(?:t|te|ten)|"
    r"n(?:ennt|annte|annten)|verspr(?:icht|ach|achen)|schr(?:eibt|ieb|ieben)|spr(?:icht|ach|achen)|"
    r"w(?:irft|arf|arfen)|rechne(?:t|te|ten))"
)
_ES_SUBJECT = r"(?!\s+(?:el|la|los|las|un|una|su|sus|[A-ZÁÉÍÓÚÑ]))"

_REPORTING: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"\A\W*(?:(?:But|And|Yet|Then|Later|Also)\s+)?(?:He|She|They|It)\s+(?:(?:also|then|later|has|had|have)\s+)*{_EN_SAY}\b"
        rf"|{_MARK}\s*(?:as\s+)?(?:he|she|they)\s+(?:(?:also|then|later|has|had|have)\s+)*[a-z]+\s*,"
        rf"|{_MARK}\s*(?:he|she|they|it)\s+(?:(?:also|then|later|has|had|have)\s+)*{_EN_SAY}\b"
        rf"|{_MARK}\s*{_EN_SAY}\s+(?:he|she|they)\b"
        r"|\b[Aa]ccording to (?:him|her|them)\b|\b[Ii]n (?:his|her|their) (?:own )?(?:words|view|opinion|eyes)\b"
    ),
    "fr": re.compile(
        r"\A\W*(?:(?:Mais|Et|Puis|Enfin)\s+)?(?:Il|Elle|Ils|Elles)\s+"
        r"(?:(?:ne|en|y|lui|leur|se|nous|les|aussi|l['’]|s['’]|n['’])\s*)*"
        rf"(?:(?:a|ont|avait|avaient|est|était)\s+)?(?:(?:aussi|également|ainsi|ensuite|déjà|pas)\s+)*{_FR_SAY}\b"
        rf"|(?:{_MARK}|\A)\s*(?:[ms]['’])?[^\W\d]+-(?:t-)?(?:il|elle|ils|elles)\b"
        r"|\b(?:[Ss]elon|[Dd]['’]après) (?:lui|elle|eux|elles)\b|(?:\A\W*|[,;]\s*)[Pp]our (?:lui|elle|eux|elles),"
        r"|[ÀAàa] (?:ses|leurs) yeux\b|[ÀAàa] (?:son|leur) avis\b"
    ),
    "es": re.compile(
        r"\A\W*(?:(?:También|Y|Pero|Además|Después)\s+)?(?:(?:[Éé]l|[Ee]llas?|[Ee]llos)\s+)?"
        r"(?:(?:lo|la|le|les|se|no)\s+)*"
        rf"(?:(?:ha|han|había|habían)\s+)?(?i:{_ES_SAY})\b{_ES_SUBJECT}"
        # Where "que" follows, the subject stands before the verb: "La ministra, de visita en Berlín, dijo que ..."
        rf"|{_MARK}\s*(?:(?:lo|le|les|se|ha|han|había|habían)\s+)*{_ES_SAY}\b{_ES_SUBJECT}(?![^,.;:]*\bque\b)"
        r"|\b(?:[Ss]egún|[Pp]ara) (?:él|ella|ellos|ellas)\b"
        r"|\b[Aa] su juicio\b|\b[Ee]n su opinión\b|\b[Ee]n sus palabras\b"
    ),
    "de": re.compile(
        rf"\A\W*(?:(?:Aber|Und|Doch|Auch)\s+)?(?:Er|Sie)\s+(?:(?:hat|haben|hatte|hatten)\s+)?{_DE_SAY}\b"
        rf"|(?:{_MARK}|\A\W*(?:Das|Dies|Dazu|Dabei))\s*(?:(?i:{_DE_SAY})|so)\s+(?:er|sie)\b"
        rf"|{_MARK}\s*wie (?:er|sie) {_DE_SAY}\b"
        r"|\b(?:[Ii]hm|[Ii]hr|[Ii]hnen) zufolge\b|\b[Nn]ach (?:seinen|ihren) (?:Worten|Angaben)\b"
        r"|\b[Ii]n (?:seinen|ihren) Augen\b|\b(?:[Ss]einer|[Ii]hrer) (?:Meinung|Ansicht) nach\b|\b[Ll]aut (?:ihm|ihr)\b"
    ),
}
_SUBJECT_PRONOUN = re.compile(r"\b(?:he|she|they|it|il|elle|ils|elles|él|ella|ellos|ellas|er|sie)\b", re.IGNORECASE)
_PRONOUN_FIRST = re.compile(
    r"\A\W*(?:(?:But|And|Mais|Et|Pero|Y|Aber|Und)\s+)?"
    r"(?:He|She|They|It|Il|Elle|Ils|Elles|Él|Ella|Ellos|Ellas|Er|Sie)\b"
)


def leaves_speaker_out(sentence: str, language: str) -> bool:
    """Whether the sentence tells what somebody says whom only a pronoun names; in no known language, in any of them."""
    patterns = [_REPORTING[language]] if language in _REPORTING else list(_REPORTING.values())
    return any(pattern.search(sentence) for pattern in patterns)


def speaker_sentence(article: Article, quote: Span, passage_start: int, longest: int) -> Span | None:
    """The sentences right before `quote`, from the one on that names who speaks in it, or None.

    They are of the same paragraph, and with the quote at most `longest` characters. None, too, where the quote itself
    names the speaker, or nothing before it does. `passage_start` is the start of a passage that holds the quote.
    """
    text = article.text
    before = _sentences_before(text, quote, passage_start)
    first = text[quote.start : before[-1].end if before and before[-1].start == quote.start else quote.end]
    if not leaves_speaker_out(first, article.language):
        return None
    start = quote.start
    for sentence in reversed([span for span in before if span.end <= quote.start]):
        if "\n" in text[sentence.end : start] or quote.end - sentence.start > longest:
            return None
        start = sentence.start
        if _names_somebody(text[sentence.start : sentence.end], article.language):
            return Span(sentence.start, quote.start)
    return None


def _names_somebody(sentence: str, language: str) -> bool:
    """Whether a sentence's subject is more than a pronoun: its first word is none, and any other stands for a name."""
    if _PRONOUN_FIRST.match(sentence) or leaves_speaker_out(sentence, language):
        return False
    return not _SUBJECT_PRONOUN.search(sentence) or any(name.certain for name in names(sentence, language))


def _sentences_before(text: str, quote: Span, passage_start: int) -> list[Span]:
    """The sentences that end where the quote's first one ends or earlier, in the passage or, where that begins with the
    quote, in the paragraph."""
    begin = passage_start
    if begin >= quote.start:
        begin = text.rfind("\n\n", 0, quote.start) + 2 if "\n\n" in text[: quote.start] else 0
        if quote.start - begin > _FARTHEST:
            return []
    return [span for span in sentences_within(text, Span(begin, quote.end)) if span.start <= quote.start]

"""Small words that point at something said before, or that tie a question to it, in four languages.

Words of grammar only, in lower case and without accents, as `index.analysis.fold` leaves them.
"""

from dataclasses import dataclass

from index.function_words import FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """The closed classes of one language.

    `openings` begin a question that goes on from another one ("and ...?"); each is one word or a few. `pronouns` stand
    for something, and for something named in the same question where it comes before ("does Kyiv say it ..."); of
    them `persons` stand for people. `pointing` words always stand for something said before; `before_nouns` do when a
    noun follows that is no time ("this week" points at nothing). `added` words compare with something ("too").
    `definite` words announce a noun, and `indefinite` ones announce or are one; `prepositions` and `questions` are
    what they are called. `auxiliaries` are the
    verb forms that a clause is recognised by.
    """

    openings: frozenset[str]
    pronouns: frozenset[str]
    persons: frozenset[str]
    pointing: frozenset[str]
    before_nouns: frozenset[str]
    added: frozenset[str]
    definite: frozenset[str]
    indefinite: frozenset[str]
    prepositions: frozenset[str]
    questions: frozenset[str]
    auxiliaries: frozenset[str]
    impersonal: tuple[str, ...]
    """Patterns of phrases whose pronoun stands for nothing ("il y a", "es gibt")."""

    @property
    def small(self) -> frozenset[str]:
        """Every word of the tables, none of which tells what a question is about."""
        return frozenset().union(
            *(one.split() for one in self.openings),
            self.pronouns,
            self.pointing,
            self.before_nouns,
            self.added,
            self.definite,
            self.indefinite,
            self.prepositions,
            self.questions,
            self.auxiliaries,
        )


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


REFERENCE_WORDS = {
    "en": ReferenceWords(
        openings=_phrases(
            "and, but, or, so, then, also, what about, how about, what of, same for, more than, less than, why not"
        ),
        pronouns=_set("he she it they his her its their himself herself itself themselves"),
        persons=_set("he she they his her their him them"),
        pointing=_set("him them hers theirs there"),
        before_nouns=_set("this that these those such"),
        added=_set("too also else other others another either instead ones likewise"),
        definite=_set("the his her its their our my your"),
        indefinite=_set("a an any every each some someone somebody anyone anybody everyone everybody"),
        prepositions=_set(
            "about above after against among around at before behind below between by during for from in inside "
            "into of on over since through to toward towards under until with within without"
        ),
        questions=_set("who whom whose what which when where why how much many"),
        auxiliaries=_set(
            "is are was were be been being am do does did done has have had having will would can could shall "
            "should may might must"
        ),
        impersonal=(
            r"\bthere (?:is|are|was|were|be)\b",
            r"\b(?:is|are|was|were) there\b",
            r"\bit (?:is |was )?(?:rain|snow|true that)",
            r"\btime is it\b",
            r"\b(?:is|was) it true that\b",
        ),
    ),
    "fr": ReferenceWords(
        openings=_phrases("et, mais, ou bien, alors, donc, sinon, plus que, moins que, pourquoi pas"),
        pronouns=_set("il ils elle elles lui leur leurs eux son sa ses"),
        persons=_set("il ils elle elles lui leur leurs eux son sa ses"),
        pointing=_set("ca cela ceci celui celle ceux celles celui-ci celle-ci ceux-ci dessus dedans"),
        before_nouns=_set("ce cet cette ces tel telle tels telles"),
        added=_set("aussi egalement autre autres meme memes"),
        definite=_set("le la les l' au aux son sa ses leur leurs notre votre nos vos mon ma mes"),
        indefinite=_set("un une du des chaque quelqu' quelques chacun on"),
        prepositions=_set(
            "a apres avant avec chez contre d' dans de depuis derriere des devant du durant en entre envers "
            "jusqu' jusque lors malgre par parmi pendant pour sans selon sous sur vers au aux"
        ),
        questions=_set(
            "qui que qu' quoi quel quelle quels quelles ou quand comment combien pourquoi lequel laquelle "
            "lesquels lesquelles est-ce"
        ),
        auxiliaries=_set(
            "est sont etait etaient sera seront serait seraient ete etre suis es a ont avait avaient aura auront "
            "aurait auraient avoir as peut peuvent pouvait pourra pourrait va vont allait doit doivent devait "
            "faut faudrait fait font"
        ),
        impersonal=(
            r"\bil y (?:a|avait|aura|aurait|en)\b",
            r"\by (?:a|avait|aura|aurait) il\b",
            r"\bil (?:faut|faudra|faudrait|pleut|neige)\b",
            r"\b(?:faut|faudra|faudrait|pleut) il\b|\btemps fait il\b",
            r"\bs' agit il\b|\bil s' agit\b|\bs' est il passe\b|\bil s' est passe\b",
        ),
    ),
    "es": ReferenceWords(
        openings=_phrases("y, e, pero, o, entonces, que tal, que hay de, mas que, menos que, por que no"),
        pronouns=_set("ella ellos ellas su sus"),
        persons=_set("ella ellos ellas su sus le les"),
        pointing=_set("ello esto eso aquello alli ahi ellos"),
        before_nouns=_set("este esta estos estas ese esa esos esas aquel aquella aquellos aquellas"),
        added=_set("tambien tampoco otro otra otros otras mismo misma"),
        definite=_set("el la los las del al su sus nuestro nuestra mi tu"),
        indefinite=_set("un una unos unas cada alguien algun alguna"),
        prepositions=_set(
            "a al ante bajo con contra de del desde durante en entre hacia hasta para por segun sin sobre"
        ),
        questions=_set("quien quienes que cual cuales cuando donde como cuanto cuanta cuantos cuantas adonde"),
        auxiliaries=_set(
            "es son era eran fue fueron sera seran seria esta estan estaba estaban ha han habia hay hubo tiene "
            "tienen puede pueden podria va van debe deben hace hizo"
        ),
        impersonal=(),
    ),
    "de": ReferenceWords(
        openings=_phrases("und, aber, oder, also, dann, sonst, was ist mit, mehr als, weniger als, warum nicht"),
        pronouns=_set("er sie es sein seine seinem seinen seiner seines ihr ihre ihrem ihren ihrer ihres"),
        persons=_set("er sie sein seine seinem seinen seiner seines ihr ihre ihrem ihren ihrer ihres ihn ihm ihnen"),
        pointing=_set(
            "ihn ihm ihnen deren dessen denen dort dafur davon daruber damit dazu daran darin daraus dabei "
            "dagegen danach davor dadurch hierfur hierzu"
        ),
        before_nouns=_set("dies diese dieser diesem diesen dieses jene jener jenem jenen jenes solche solcher solchen"),
        added=_set("auch ebenfalls andere anderen anderer anderes weitere weiteren weiterer weiteres sonst gleiche"),
        definite=_set("der die das den dem des im am zum zur vom beim ins ans"),
        indefinite=_set("ein eine einem einen einer eines jede jeder jedes jemand man"),
        prepositions=_set(
            "ab an am ans auf aus bei beim bis durch fur gegen hinter im in ins mit nach neben ohne seit trotz "
            "uber um unter vom von vor wahrend wegen zu zum zur zwischen"
        ),
        questions=_set(
            "wer wen wem wessen was welche welcher welchem welchen welches wann wo wohin woher warum weshalb "
            "wieso wie viel viele wieviel wieviele wozu wofur womit wogegen wovon woruber"
        ),
        auxiliaries=_set(
            "ist sind war waren sei wird werden wurde wurden hat haben hatte hatten kann konnen konnte will "
            "wollen soll sollen muss mussen darf durfen gibt"
        ),
        impersonal=(r"\bes (?:gibt|gab|geht|regnet|schneit)\b", r"\b(?:gibt|gab|geht|regnet|schneit) es\b"),
    ),
}
"""ISO 639-1 code -> its words. Follow-ups in other languages are not recognised."""

INTERJECTIONS = _set(
    "ok okay yes no well right oui non si bon bien d'accord merci thanks vale gracias ja nein gut danke"
)
"""What may stand before a question without being part of it."""

SMALL_WORDS = {language: FUNCTION_WORDS[language] | tables.small for language, tables in REFERENCE_WORDS.items()}
"""Words of a language that tell nothing of what a question is about."""

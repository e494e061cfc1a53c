"""Word lists that tell a full stop of an abbreviation from the end of a sentence, for French, English, Spanish, German.

Texts mix languages, so the lists are joined. Where case tells words apart ("M." and the metre) it is kept.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """M MM Mme Mmes Mlle Mlles Mgr Mr Mrs Ms Messrs Dr Drs Dra Prof Pr Sr Sra Srta Sres Sras Dn Dña Hr Hrn Fr Frl Gen
    Gén Gral Col Lt Cpt Capt Sgt Maj Adm Rev Hon Gov Sen Rep Pres Ing Lic Dipl Ste Vve Hl"""
)
"""A name follows: never an end. Compared with case."""

NEVER_LAST = _words(
    """cf vgl bzw ca sog ggf evtl inkl exkl zzgl resp vs approx aprox env incl
    z.b d.h u.a i.d.r p.ex p.ej e.g i.e c.-à-d par.ex ee jj ff dd"""
)
"""Something always follows in the same sentence. Lower case."""

BEFORE_NUMBERS = _words(
    """no nos nr nrn núm núms num n art arts p pp pág págs s vol vols fig figs abb abs kap cap chap ch sec sect par ord
    tab bd lfd tel tél r c janv jan févr fév feb avr apr juil jul aug août sept sep oct okt nov déc dec dez
    ene abr ago dic"""
)
"""No end before a number, Arabic or Roman: "No. 5", "vol. II", "sept. 2020". Lower case."""

OFTEN_INSIDE = _words(
    """st jr inc corp co ltd bros cie al dept univ assn av ave blvd boul éd ed eds hrsg dir trad coll
    mio mrd tsd std str aufl jh chr uds ud vd vds avda tfno hno hnos depto mt ft gouv uu oo aa hh"""
)
"""No end, unless the next word is one that begins sentences. Lower case."""

SENTENCE_STARTERS = _words(
    """le la les un une des il ils elle elles on ce cet cette ces mais et dans en pour selon nous vous après lors depuis
    the a an he an she it they we you this that these those in at but and for when after before if as there his her
    der die das den dem ein eine er sie es wir ich und aber im am nach bei mit seit für
    el los las una ella ellos ellas por para pero y con según su sus al"""
)
"""Words that, with a capital, mostly begin a sentence. Lower case."""

ELIDED_STARTERS = _words("l d c j n s m t qu")
"""Begin a sentence when an apostrophe follows: "L’Ukraine". Lower case."""

GERMAN_AFTER_ORDINAL = _words(
    """januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert
    jahrhunderts jahrtausend weltkrieg weltkriegs weltkrieges geburtstag jahrestag mal stock klasse tag platz"""
)
"""After a number and a full stop they make it a German ordinal: "3. Oktober". Lower case."""

GERMAN_BEFORE_ORDINAL = _words("am im der dem den das die vom zum zur beim seit bis ab jeden jedes")
"""Before a number and a full stop they make it a German ordinal: "am 3. Spieltag". Lower case."""

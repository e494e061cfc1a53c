"""Sentences: where they end in four languages and in dirty text, and what holds for any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sentences import LONGEST_SENTENCE, sentences, sentences_within
from index.types import Span


def texts_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


SPACED = {
    "french": [
        ["Le ministre est arrivé.", "Il a parlé.", "Puis il est reparti !", "Pourquoi ?", "Nul ne sait…", "On verra."],
        ["M. Dupont et Mme Martin ont vu le Dr. Bernard.", "Ils sont partis."],
        ["Me Durand, Mgr. Lefort et MM. Petit et Grand étaient là.", "Le soir tombait."],
        ["Le coût atteint 21 000 millions d’euros, soit 5,2 milliards de plus.", "Selon Kiev, 25 batteries manquent."],
        ["Il y avait du pain, du lait, etc. sur la table.", "Tout a été mangé."],
        ["Le prix monte, p. ex. en ville.", "Voir l’art. 5 et la p. 12 du rapport."],
        ["« Il viendra. »", "Le président a souri."],
        ["« Nous irons demain », a-t-il dit.", "Personne n’a répondu."],
        ["« Viendra-t-il ? » demanda-t-elle.", "« Oui ! », cria-t-on."],
        ["« Nous le ferons.", "Nous le ferons ensemble. »", "La salle a applaudi."],
        ["Elle a dit : « C’est fini. »", "« Pas encore », dit-il."],
        ["“Il viendra.”", "Le président a souri."],
        ["Jusqu’à 3 000 véhicules en 2024.", "25 à 30 batteries seraient nécessaires."],
        ["Le maire (qui était absent.) n’a rien dit.", "Il écrira."],
        ["En attendant (…), la priorité reste la paix.", "Le reste suivra."],
        ["Il faut trois choses : du pain, du vin et du temps.", "L’été suffit."],
        ["Né en 52 av. J.-C. à Rome, il mourut jeune.", "Ch. de Gaulle parla."],
        ["Quoi ?!", "Vraiment ?", "Oui !!!", "Bon..."],
        ["Il hésite... puis il part.", "Et puis...", "Rien."],
        ["Écrivez à jean.dupont@exemple.fr ou voyez https://exemple.fr/a.b?c=D.E pour plus.", "Merci."],
        ["Il réside rue St. Denis.", "« Plane St. »", "Il est temps."],
    ],
    "english": [
        ["Mr. Smith met Mrs. Jones at 3.5 p.m. on Main St. in Boston.", "They talked."],
        ["J. K. Rowling wrote it.", "George W. Bush read it."],
        ["The U.S. Army left.", "He lives in the U.S.", "The rest stayed."],
        ["See No. 5 for details.", "He said no.", "She agreed."],
        ['"Why?" she asked.', '"Because."', "He left."],
        ["He said, “It is over.”", "Nobody moved."],
        ["It costs $3.5 million, i.e. a lot.", "Prices rose 5.2% in Sept. 2020."],
        ["Apple Inc. of California won.", "The judge (a Republican) lost.", "(He appealed.)", "It failed."],
        ["Smith et al. found it.[12]", "Others did not."],
        ["So do I.", "We all do."],
        ["Is it true?", "Yes!", "It is."],
        ["Visit example.com or www.example.org.", "Thanks."],
        ["Python 3.11 is out.", "Use it with Node.js and ASP.NET today."],
        ["The film (dir. J. Ford) was long... and dull.", "It won."],
    ],
    "spanish": [
        ["¿Qué prometió Alemania?", "¡Cuatro sistemas!", "Nadie lo dudaba."],
        ["El Sr. García y la Sra. López llegaron.", "La Dra. Ruiz no vino."],
        [
            "Costó 10.000 euros y 3,5 millones más.",
            "EE.UU. pagó la mitad.",
            "EE. UU. Nord pagó.",
            "Fue en EE. UU.",
            "El resto no.",
        ],
        ["«No iremos», dijo.", "«Ya veremos.»", "Nadie respondió."],
        ["Ud. sabe, p. ej. Madrid, lo que cuesta.", "Véase pág. 12."],
        ["¡Hola!", "¿qué tal?", "Bien."],
        ["Si vienes, ¿qué harás?", "No lo sé."],
        ["Nació el 5 de mayo de 2024.", "Los demás esperaban en la avda. Goya."],
    ],
    "german": [
        ["Am 1. Januar begann es.", "Am 3. Oktober endete es."],
        ["Im 19. Jahrhundert lebte Dr. Müller hier.", "Er schrieb viel."],
        ["Viele Städte, z. B. Berlin, wachsen.", "Das ist neu, d. h. keiner weiß es."],
        ["Sie kaufte Brot, Milch usw. und ging.", "Er blieb."],
        ["„Ich komme.“", "Er kam nicht."],
        ["„Kommst du?“, fragte sie.", "»Ja.«", "Dann schwieg er."],
        ["Es kostet 10.000 Euro, ca. 3,5 Mio. Dollar.", "Das ist viel."],
        ["Nr. 5 lebt (vgl. Abb. 3).", "Sie gewann 15.", "Der Rest verlor."],
        ["Beim 2. Weltkrieg und am 12. Spieltag war es so.", "Ende."],
        ["Er ging.", "»Das ist gut«, sagte er."],
    ],
}


@pytest.mark.parametrize(
    "expected", [case for cases in SPACED.values() for case in cases], ids=lambda case: str(case[0])[:40]
)
@pytest.mark.parametrize("gap", [" ", "  ", "\u00a0", " \t "], ids=["space", "two", "no-break", "tab"])
def test_sentences_end_where_the_language_ends_them(expected: list[str], gap: str) -> None:
    assert texts_of(gap.join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C’est la fin.Le président parle.Il part.", ["C’est la fin.", "Le président parle.", "Il part."]),
        ("C’est la fin.L’Ukraine parle.", ["C’est la fin.", "L’Ukraine parle."]),
        ("La fin.«Les autres » partent.", ["La fin.", "«Les autres » partent."]),
        ("Quoi?Non!Si.", ["Quoi?", "Non!", "Si."]),
        ("En 2024.Le reste suit.", ["En 2024.", "Le reste suit."]),
        ("M.Dupont est là.", ["M.Dupont est là."]),
        ("The U.S.A won. See example.com/A.B and 3.5 or a.B@c.De.", None),
        (
            "Voyez www.exemple.Com et Jean.Dupont@exemple.fr ici.",
            ["Voyez www.exemple.Com et Jean.Dupont@exemple.fr ici."],
        ),
        (
            "Son message: «Les États-Unis soutiennent un accord.",
            ["Son message: «Les États-Unis soutiennent un accord."],
        ),
        ("Le tiers « , nous avançons », dit-il. Fin.", ["Le tiers « , nous avançons », dit-il.", "Fin."]),
        ("Il part . Elle reste .", ["Il part .", "Elle reste ."]),
        ("**Il part.** Elle reste.", ["**Il part.**", "Elle reste."]),
        ("Il part. — Elle reste.", ["Il part.", "— Elle reste."]),
        ("Super! 😀 Merci.", ["Super!", "😀 Merci."]),
        ("Il est parti. \u2014", ["Il est parti. \u2014"]),
        ("...Et puis rien. Fin.", ["...Et puis rien.", "Fin."]),
        ("Objet : 1. Le pain. 2. Le vin.", ["Objet : 1. Le pain.", "2. Le vin."]),
        ("", []),
        (" \n\t \u00a0", []),
        ("x", ["x"]),
        ("!", ["!"]),
    ],
)
def test_dirty_text_is_cut_where_a_reader_would(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["The U.S.A won.", "See example.com/A.B and 3.5 or a.B@c.De."]
    assert texts_of(text) == expected


@pytest.mark.parametrize(
    "expected",
    [
        [
            "Des alliés inquiets | International",
            "Au milieu des pressions, Steve Witkoff est venu à Moscou.",
            "Il est reparti.",
        ],
        ["Il a parlé.", "Leadership européen", "Le ministre est venu."],
        ["Accueil", "Contact", "Mentions légales"],
        ["Sont visés :", "- le pain", "- le vin", "- la bière"],
        ["Sont visés :", "• Le pain", "• Le vin"],
        ["1. Le pain", "2. Le vin", "3. La bière"],
        ["a) le pain;", "b) le vin."],
        ["# Titre", "Un texte.", "## Sous-titre", "un autre texte"],
        ["Cordialement", "Jean Dupont"],
        ["Die Lage", "Die Lage ist ernst.", "Mehr dazu"],
    ],
    ids=lambda case: str(case[0])[:30],
)
@pytest.mark.parametrize("gap", ["\n", "\r\n", "\n\n", " \n \n "], ids=["line", "crlf", "blank", "spaces"])
def test_headings_items_and_lines_are_sentences_of_their_own(expected: list[str], gap: str) -> None:
    assert texts_of(gap.join(expected)) == expected


def test_a_heading_between_long_lines_is_a_sentence_even_without_a_full_stop_before_it() -> None:
    body = "Le ministre a parlé longuement de la situation " * 5 + "en Ukraine"
    expected = [body, "Leadership européen", body + "."]
    assert texts_of("\n".join(expected)) == expected


FOLDED = {
    "french": (
        "Le porte-parole de la présidence a déclaré hier que la rencontre de\n"
        "Genève aurait lieu comme prévu, et que les ministres de la Défense des\n"
        "États membres y prendraient part. Il a ajouté que le chancelier et M.\n"
        "Dupont seraient présents. Les\n"
        "autres suivront."
    ),
    "german": (
        "Der Sprecher der Regierung sagte gestern, dass das Treffen in der Stadt\n"
        "Genf wie geplant stattfindet und dass die Minister der\n"
        "Verteidigung daran teilnehmen. Er fügte hinzu, dass der Kanzler und Dr.\n"
        "Müller kommen.\n"
        "Die anderen folgen."
    ),
}


def test_a_hard_wrapped_french_text_is_not_cut_at_its_lines() -> None:
    assert [sentence[:12] for sentence in texts_of(FOLDED["french"])] == [
        "Le porte-par",
        "Il a ajouté ",
        "Les\nautres s",
    ]


def test_a_hard_wrapped_german_text_is_not_cut_at_its_lines() -> None:
    assert [sentence[:12] for sentence in texts_of(FOLDED["german"])] == [
        "Der Sprecher",
        "Er fügte hin",
        "Die anderen ",
    ]


def test_a_hard_wrapped_quote_of_an_email_is_not_cut_at_its_lines() -> None:
    text = "> Bonjour, je vous écris pour vous dire que la réunion de demain avec le\n> ministre est annulée. Merci."
    assert texts_of(text) == [text[: text.index(" Merci")], "Merci."]


def test_a_text_without_sentence_ends_is_cut_between_words() -> None:
    text = "mot " * 5000
    found = sentences(text)
    assert all(end - start <= LONGEST_SENTENCE for start, end in found)
    assert all(set(text[start:end].split()) == {"mot"} for start, end in found)
    assert len(found) == 20


def test_a_text_without_spaces_is_cut_at_the_limit() -> None:
    assert [end - start for start, end in sentences("a" * 2500)] == [1000, 1000, 500]


@pytest.mark.parametrize(
    "pattern",
    [
        "mot ", "a", ".", "?! ", "« ", "a. «", "» ", "(", "a.B.", "\n", "a\n", "A.\n", " ", "a. ", '"', "a.)", "…»",
        "1. ", "M. ", "- a\n", "x" * 70 + "\n", "X" * 70 + "\n", "Les.Le", "http://a.b/", "é́", "¿", "[1]", ".[1]",
    ],
)  # fmt: skip
def test_a_long_text_of_anything_is_cut_without_looking_back(pattern: str) -> None:
    text = "a. " + pattern * (320_000 // len(pattern)) + " b"
    started = time.process_time()
    found = sentences(text)
    # Some tenths of a second; a rule that looked back from every character would take many minutes.
    assert time.process_time() - started < 60
    assert "".join("".join(text[start:end].split()) for start, end in found) == "".join(text.split())


@pytest.mark.parametrize("pattern", ["mot ", ".", "« ", "»", "?! "])
def test_two_million_characters_of_anything_take_seconds(pattern: str) -> None:
    text = pattern * (2_000_000 // len(pattern))
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 120


MATERIAL = """
    Le la Paris M. Dr. etc. p. ex. z. B. 1. 12. Januar 3.5 21 000 J. K. U.S. U.S.A « » “ ” " ' ( ) [1] ... … ? ! ?! ;
    : , — - • fin.Le a.b@c.de https://x.y/Z.A ¿Qué ¡Hola! déjà im am 5,2 N° Nr. 😀 é́ \u200b \ufeff の。 IV. a) # > *
"""
WORDS = st.sampled_from(MATERIAL.split())
GAPS = st.sampled_from(
    ["", " ", " ", " ", " ", "  ", "\u00a0", "\u202f", "\n", "\n", "\n\n", "\r\n", "\t", "\u2028", "\x0c"]
)
TEXTS = st.one_of(
    st.lists(st.tuples(WORDS, GAPS), max_size=60).map(lambda pairs: "".join(word + gap for word, gap in pairs)),
    st.text(max_size=200),
    st.text(alphabet=".!?…«»“”\"' \n\u00a0aAéÉ1()-:;,", max_size=200),
    st.tuples(st.text(alphabet="aA .,\n»", min_size=1, max_size=30), st.integers(1, 300)).map(
        lambda pair: pair[0] * pair[1]
    ),
)


@settings(max_examples=2000, deadline=None)
@given(TEXTS)
def test_spans_are_trimmed_ordered_and_lose_no_visible_character(text: str) -> None:
    found = sentences(text)
    position = 0
    for start, end in found:
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST_SENTENCE
        position = end
    assert not text[position:].strip()


@settings(max_examples=1000, deadline=None)
@given(TEXTS, st.data())
def test_the_sentences_of_a_part_are_those_of_the_whole(text: str, data: st.DataObject) -> None:
    found = sentences(text)
    if not found:
        return
    first = data.draw(st.integers(0, len(found) - 1))
    last = data.draw(st.integers(first, len(found) - 1))
    assert sentences_within(text, Span(found[first].start, found[last].end)) == found[first : last + 1]


def test_the_sentences_of_a_part_of_a_long_article_cost_the_part_only() -> None:
    for text in ("Il est parti. " * 150_000, "Il est parti.\n" * 150_000, "il est parti\n" * 150_000):
        middle = text.index("l est", len(text) // 2) - 1
        if text.startswith("il"):
            middle = next(start for start, _ in sentences(text) if start >= len(text) // 2)
        started = time.process_time()
        sentences(text)
        whole = time.process_time() - started
        started = time.process_time()
        found = sentences_within(text, Span(middle, middle + 1000))
        assert time.process_time() - started < whole / 4
        assert found
        assert found[0].start == middle

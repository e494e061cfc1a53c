"""Compares language detectors on short questions and sentences: `python -m benchmarks.language_detection [DETECTOR]`.

DETECTOR is `ours` (index.language), `py3langid`, `lingua` or `lingua-low`; lingua is not a dependency of the project
(`pip install lingua-language-detector`). Each is measured in a process of its own, because of memory and first call.
Prints, for each set, the shares that were told right, wrong, and not at all.
"""

import argparse
import gzip
import json
import random
import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
QUESTIONS = {
    "questions": ROOT / "tests" / "index" / "language_questions.tsv",
    "questions in other languages": ROOT / "tests" / "index" / "language_questions_elsewhere.tsv",
}
CHOICE = "en fr es de it pt nl pl ro cs sk hu sv da fi et lv lt bg el hr sl ga uk ru tr ca".split()

Detector = Callable[[str], str]
Cases = list[tuple[str, str]]


def load_detector(name: str) -> Detector:
    if name == "ours":
        from index.language import detect

        return detect
    if name == "py3langid":
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages(CHOICE)
        return lambda text: str(identifier.classify(text)[0])
    import lingua

    codes = [getattr(lingua.IsoCode639_1, code.upper()) for code in CHOICE]
    builder = lingua.LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    detector = (builder.with_low_accuracy_mode() if name == "lingua-low" else builder).build()

    def detect_with_lingua(text: str) -> str:
        language = detector.detect_language_of(text)
        return language.iso_code_639_1.name.lower() if language else "und"

    return detect_with_lingua


def load_cases() -> dict[str, Cases]:
    """The sets by name; those whose data are absent are left out with a line that says so."""
    cases: dict[str, Cases] = {}
    for title, file in QUESTIONS.items():
        lines = file.read_text(encoding="utf-8").splitlines()
        cases[title] = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
    if not DATA.is_dir():
        sys.stderr.write(f"{DATA} is not there: only our own questions are measured\n")
        return cases
    pick = random.Random(1)
    short: Cases = []
    shorter: Cases = []
    for language in ("fr", "es", "de"):
        file = DATA / "parallel" / f"tatoeba.en-{language}.tsv.gz"
        sentences = list(_column(file, 1))
        short += pick.sample([(language, text) for text in sentences if 3 <= len(text.split()) <= 8], 500)
        shorter += _short_questions(language, sentences)
        if language == "fr":
            shorter += _short_questions("en", list(_column(file, 0)))
    cases["sentences of 3 to 8 words"] = short
    cases["questions of 2 to 6 words"] = shorter
    cases["the same, typed carelessly"] = [(language, _carelessly(text)) for language, text in shorter]
    asked: Cases = []
    for language in ("en", "es", "de", "ro", "el", "ru", "tr"):
        data = json.loads((DATA / "xquad" / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        questions = [q["question"] for a in data for p in a["paragraphs"] for q in p["qas"]]
        asked += [(language, question) for question in pick.sample(questions, 150)]
    cases["XQuAD questions, 7 languages"] = asked
    return cases


def _column(path: Path, number: int) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")[number]


def _short_questions(language: str, sentences: Iterable[str]) -> Cases:
    """2,000 different ones."""
    asked = [text for text in dict.fromkeys(sentences) if text.endswith("?") and 2 <= len(text.split()) <= 6]
    return [(language, text) for text in random.Random(2).sample(asked, 2_000)]


def _carelessly(text: str) -> str:
    """Without capitals, accents and question marks."""
    plain = (each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))
    return "".join(plain).strip("¿? \u00a0\u202f")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    choices = ("ours", "py3langid", "lingua", "lingua-low")
    parser.add_argument("detector", nargs="?", default="ours", choices=choices)
    name = parser.parse_args().detector
    cases = load_cases()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    detect = load_detector(name)
    detect("schickt Frankreich Raketen?")
    first = time.perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    sys.stdout.write(f"{name}: import and first call {first:.2f} s, memory +{grown:.0f} MB\n")
    for title, pairs in cases.items():
        start = time.perf_counter()
        found = [(language, detect(text)) for language, text in pairs]
        each = (time.perf_counter() - start) / len(pairs)
        right = sum(a == b for a, b in found) / len(pairs)
        wrong = sum(b not in (a, "und") for a, b in found) / len(pairs)
        none = sum(b == "und" for _, b in found) / len(pairs)
        sys.stdout.write(
            f"  {title} ({len(pairs)}): right {right:.3f}, wrong {wrong:.3f}, none {none:.3f}, "
            f"{each * 1e3:.2f} ms each\n"
        )


if __name__ == "__main__":
    main()

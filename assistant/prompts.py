"""The texts around an answer, read from `prompts/`, with their `$names` filled in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from string import Template
from types import MappingProxyType

from assistant.errors import PromptInvalid

FALLBACK_LANGUAGE = "en"

# Every frame file holds exactly these keys, and each text exactly these names.
FRAME_NAMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "not_told": frozenset(),
        "nearest": frozenset(),
        "answer_one": frozenset(),
        "answer_several": frozenset(),
        "answer_differing": frozenset(),
        "answer_also": frozenset(),
        "quote": frozenset({"quote", "number"}),
        "quote_dated": frozenset({"quote", "date", "number"}),
        "not_of_time": frozenset(),
        "model_failed": frozenset(),
        "model_stopped": frozenset(),
        "model_unusable": frozenset(),
        "model_cut_off": frozenset(),
        "unsupported": frozenset(),
        "unverified": frozenset({"what"}),
    }
)


@dataclass(frozen=True, slots=True)
class Frames:
    """The frame of an extractive answer in one language. `file` is what error messages name."""

    language: str
    file: str
    texts: Mapping[str, str]

    def render(self, name: str, /, **values: object) -> str:
        """The text called `name` with `values` in the place of its `$names`, each as `str()` writes it.

        Raises PromptInvalid where there is no such text, and where a value is missing or is not used by it.
        """
        if name not in self.texts:
            raise PromptInvalid(f"{self.file} has no text {name!r}. It has: {_listed(self.texts)}.")
        return fill(self.texts[name], values, f"{self.file}, text {name!r}")


def fill(text: str, values: Mapping[str, object], where: str) -> str:
    """`text` with each `$name` replaced by its value; the values themselves are not searched for names.

    Raises PromptInvalid, which begins with `where`, if a `$` begins no name, if a name has no value, or if a value has
    no name.
    """
    template = Template(text)
    _require_same(_names(template, where), values, where, "is not given a value", "does not occur in it")
    return template.substitute(values)


def fill_prompt(name: str, /, **values: object) -> str:
    """The prompt in `prompts/NAME.txt` with its `$names` replaced. Raises PromptInvalid as `fill` does."""
    return fill(_prompt_text(name), values, f"prompts/{name}.txt")


@cache
def _prompt_text(name: str) -> str:
    file = resources.files("prompts").joinpath(f"{name}.txt")
    if not file.is_file():
        raise PromptInvalid(f"prompts/{name}.txt is not there. Install the program anew.")
    return file.read_text(encoding="utf-8").strip()


@cache
def load_frames(language: str) -> Frames:
    """The frames for a language code such as "fr" or "fr-CA", or the English ones where there is no file for it.

    Raises PromptInvalid if the file does not hold the texts, or a text not the names, of `FRAME_NAMES`.
    """
    base = language.lower().replace("_", "-").partition("-")[0]
    # Letters only, so that a language that came from outside cannot name another file.
    file = _frame_file(base) if base.isalpha() else None
    if file is None or not file.is_file():
        base, file = FALLBACK_LANGUAGE, _frame_file(FALLBACK_LANGUAGE)
    return parse_frames(base, f"prompts/{file.name}", file.read_text(encoding="utf-8"))


def parse_frames(language: str, file: str, content: str) -> Frames:
    """Frames from the TOML `content` of a frame file. Raises PromptInvalid as `load_frames` does."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise PromptInvalid(f"{file} is not valid TOML: {error}. Repair it.") from error
    _require_same(FRAME_NAMES, table, file, "is missing", "is not known")
    for key, text in table.items():
        where = f"{file}, text {key!r}"
        if not isinstance(text, str):
            raise PromptInvalid(f"{where}: must be a text, but is {text!r}.")
        _require_same(FRAME_NAMES[key], _names(Template(text), where), where, "is missing", "is not known")
    return Frames(language, file, MappingProxyType(table))


def _frame_file(language: str) -> Traversable:
    return resources.files("prompts").joinpath(f"frames.{language}.toml")


def _names(template: Template, where: str) -> frozenset[str]:
    if not template.is_valid():
        raise PromptInvalid(f"{where}: a '$' stands before something that is no name. Write '$$' for a dollar sign.")
    return frozenset(template.get_identifiers())


def _require_same(
    wanted: frozenset[str] | Mapping[str, object],
    given: frozenset[str] | Mapping[str, object],
    where: str,
    if_missing: str,
    if_unknown: str,
) -> None:
    missing, unknown = set(wanted) - set(given), set(given) - set(wanted)
    if missing:
        raise PromptInvalid(f"{where}: {_listed(missing)} {if_missing}.")
    if unknown:
        raise PromptInvalid(f"{where}: {_listed(unknown)} {if_unknown}.")


def _listed(names: set[str] | Mapping[str, object]) -> str:
    return ", ".join(repr(name) for name in sorted(names))

"""Where an index is: a folder of this machine, or a Milvus server or file."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from index.errors import LocationInvalid

SCHEMES = {"milvus": "http", "milvus+tls": "https"}
DEFAULT_PORT = 19530
DEFAULT_NAME = "articles"

_FORM = "milvus://HOST[:PORT][/NAME], milvus+tls://HOST[:PORT][/NAME], or milvus:///PATH/OF/A/FILE.db for Milvus Lite"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """`uri` is what the client connects to: an http(s) address, or the path of a file of Milvus Lite. `name` begins the
    names of the index's collections there. `vector_index` is the kind of the index over the vectors, "" for the one
    that suits the server. `shown` is how a person gave it, without a token."""

    uri: str
    name: str
    vector_index: str
    shown: str

    def __str__(self) -> str:
        return self.shown


IndexLocation = Path | MilvusAddress


def location_of(given: str | Path | MilvusAddress) -> IndexLocation:
    """A folder, or the address of a Milvus where it begins with `milvus:` or `milvus+tls:`. Raises LocationInvalid."""
    if isinstance(given, Path | MilvusAddress):
        return given
    scheme = given.partition(":")[0]
    if scheme not in SCHEMES or ":" not in given:
        return Path(given)
    try:
        parts = urlsplit(given)
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise LocationInvalid(f"{given!r} is not the address of an index ({error}). Write {_FORM}.") from error
    if parts.username or parts.password:
        raise LocationInvalid(
            "The address of the index must hold no name and no password. "
            "Give them as ASSISTANT_MILVUS_TOKEN=NAME:PASSWORD."
        )
    options = parse_qs(parts.query)
    vector_index = options.pop("index", [""])[0].upper()
    if options or parts.fragment or not (vector_index.replace("_", "a") or "a").isalnum():
        raise LocationInvalid(f"{given!r} has an option that is not known; the only one is ?index=KIND. Write {_FORM}.")
    if not parts.hostname:
        if scheme != "milvus" or not parts.path.endswith(".db"):
            raise LocationInvalid(f"{given!r} names no host, and no file that ends in .db. Write {_FORM}.")
        return MilvusAddress(unquote(parts.path), DEFAULT_NAME, vector_index, given)
    name = parts.path.strip("/") or DEFAULT_NAME
    if not (name.isascii() and name.replace("_", "").isalnum() and not name[0].isdigit() and len(name) <= 200):
        raise LocationInvalid(
            f"{name!r} cannot name an index in Milvus: letters, digits and _ can, the first no digit. Write {_FORM}."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return MilvusAddress(f"{SCHEMES[scheme]}://{host}:{port}", name, vector_index, given)


def name_beside(location: IndexLocation) -> Path:
    """A path beside which what belongs to the index is kept on this machine: uploads, feedback, evaluations."""
    if isinstance(location, Path):
        return location
    return Path(".assistant") / "".join(each if each.isalnum() else "_" for each in f"{location.uri}_{location.name}")

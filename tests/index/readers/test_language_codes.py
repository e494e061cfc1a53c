"""Languages as sources name them."""

import pytest

from index.readers.language_codes import language_code


@pytest.mark.parametrize(
    ("name", "code"),
    [("fr", "fr"), ("FR-ca", "fr"), ("fr_FR", "fr"), ("fra", "fr"), ("Français", "fr"), ("zh-Hant", "zh"),
     ("German", "de"), ("", None), ("klingon", None), ("xx", None)],
)  # fmt: skip
def test_codes(name: str, code: str | None) -> None:
    assert language_code(name) == code

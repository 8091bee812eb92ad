"""Any text as one part of a URL."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def slugify(text: str) -> str:
    """`text` as one part of a URL: lower case, accents off, anything but letters and digits a `-`.

    Letters of other scripts stay. A text that has neither letter nor digit gets a digest, so that
    every value has a place.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    slug = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", plain).lower()).strip("-")
    return slug or hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()

"""Our helpers against the official JavaScript client, on values new in every run.

The seed is new in every run and is in the message of a failure; PRISMIC_SSG_SEED sets it. Needs
node and the packages of package.json beside this file, which are installed when missing. Without
them the tests are skipped, and fail where CI is set: an oracle that is quietly absent proves
nothing.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from official.random_fields import image_field, image_params, link, rich_text, timestamp

from prismic_ssg.content import fields, images, links
from prismic_ssg.content.richtext import as_text
from prismic_ssg.content.richtext_html import as_html

HERE = Path(__file__).parent
LINKS = {"known": "/resolved?a=1&b=2"}

pytestmark = pytest.mark.slow


def missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def official() -> Any:
    """A function: calls of the official client → its answers, in order."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("node and npm are not installed: nothing to compare with")
    if not (HERE / "node_modules" / "@prismicio" / "client").exists():
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        if installed.returncode:
            missing(f"npm could not install the official client: {installed.stderr[-300:]}")

    def answers(calls: list[dict[str, Any]]) -> list[Any]:
        lines = "".join(json.dumps(call) + "\n" for call in calls)
        command = ["node", "node/helpers.mjs"]
        done = subprocess.run(
            command, cwd=HERE, input=lines.encode(), capture_output=True, check=True
        )
        return [json.loads(line) for line in done.stdout.split(b"\n") if line]

    return answers


@pytest.fixture(scope="session")
def seed() -> int:
    return int(os.environ.get("PRISMIC_SSG_SEED") or SystemRandom().randrange(2**32))


@pytest.fixture
def random(seed: int) -> Random:
    return Random(seed)  # noqa: S311  (no secret: the same seed must make the same values)


def as_utf8(value: Any) -> Any:
    """A text as node writes it to a file: half an emoji becomes U+FFFD."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def resolve(to: dict[str, Any]) -> str | None:
    return LINKS.get(to.get("id", ""))


def test_rich_text_is_written_as_by_the_official_client(
    official: Any, seed: int, random: Random
) -> None:
    written = [rich_text(random) for _ in range(3000)]

    html = official([{"call": "asHTML", "args": [field], "links": LINKS} for field in written])

    for field, answer in zip(written, html, strict=True):
        assert as_html(field, link_resolver=resolve) == as_utf8(answer["result"]), (seed, field)


def test_texts_are_those_of_the_official_client(official: Any, seed: int, random: Random) -> None:
    written = [rich_text(random) for _ in range(500)]

    texts = official([{"call": "asText", "args": [field, {"separator": "|"}]} for field in written])

    for field, answer in zip(written, texts, strict=True):
        assert as_text(field, separator="|") == as_utf8(answer["result"]), (seed, field)


SHORTHAND = {
    "paragraph": {"class": "p", "data-x": True, "tabindex": 3, "empty": ""},
    "hyperlink": {"rel": "x", "class": "c"},
    "image": {"loading": "lazy", "alt": "x", "class": "c"},
    "listItem": {"class": "li"},
    "oList": {"class": "ol", "dir": "ltr"},
    "label": {"class": "k", "id": "i"},
    "embed": {"class": "e", "data-oembed-type": "x"},
}


def test_attributes_from_a_serializer_map_are_written_as_by_the_official_client(
    official: Any, seed: int, random: Random
) -> None:
    written = [rich_text(random) for _ in range(500)]

    html = official([{"call": "asHTML", "args": [f, {"serializer": SHORTHAND}]} for f in written])

    for field, answer in zip(written, html, strict=True):
        assert as_html(field, serializer=SHORTHAND) == as_utf8(answer["result"]), (seed, field)


def test_links_lead_where_they_lead_with_the_official_client(
    official: Any, seed: int, random: Random
) -> None:
    made = [link(random) for _ in range(300)]

    attributes = official([{"call": "asLinkAttrs", "args": [m], "links": LINKS} for m in made])

    for each, answer in zip(made, attributes, strict=True):
        assert links.as_link_attrs(each, link_resolver=resolve) == answer["result"], (seed, each)


@pytest.mark.parametrize(
    ("call", "helper"),
    [
        ("asImageSrc", images.as_image_src),
        ("asImageWidthSrcSet", images.as_image_width_srcset),
        ("asImagePixelDensitySrcSet", images.as_image_pixel_density_srcset),
    ],
)
def test_image_urls_are_those_of_the_official_client(
    official: Any, seed: int, random: Random, call: str, helper: Any
) -> None:
    made = [(image_field(random), image_params(random)) for _ in range(200)]

    sources = official([{"call": call, "args": list(each)} for each in made])

    for (field, params), answer in zip(made, sources, strict=True):
        assert helper(field, **params) == answer["result"], (seed, field, params)


def test_dates_are_those_of_the_official_client(official: Any, seed: int, random: Random) -> None:
    made = [timestamp(random) for _ in range(100)]

    dates = official([{"call": "asDate", "args": [each]} for each in made])

    for each, answer in zip(made, dates, strict=True):
        date = fields.as_date(each)
        assert date is not None
        written = date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert written == answer["result"], (seed, each)

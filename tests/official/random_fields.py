"""Random values with the API's shape, made to hit what is hard: overlaps, surrogates, odd URLs."""

from random import Random
from typing import Any

SNIPPETS = [
    "plain words",
    "a",
    "",
    " ",
    "a < b && c",
    'it\'s "quoted"',
    "line\nbreak",
    "car\r\nriage",
    "tab\t",
    "emoji 😀",
    "👨‍👩‍👧‍👦",
    "𝒳",
    "é",
    "e\u0301",
    "\u2028",
    "\u00a0",
    "مرحبا",
    "日本語",
    "&amp;",
    "\\",
    "{{x}}",
]
URLS = [
    "https://example.org/?a=1&b=2",
    "http://example.org/a#b",
    "mailto:a@b.example",
    "/a",
    "#a",
    "//e.org",
    "https://e.org/\"q\"?x='y'",
    "https://例え.jp/パス",
    "javascript:alert(1)",
    "",
    "./a",
    "HTTPS://E.org",
]
IMAGE_URLS = [
    "https://images.prismic.io/r/a%20b.png?auto=compress,format&rect=0,0,10,10&w=100&h=50",
    "https://images.prismic.io/r/été.webp?auto=format,compress",
    "https://e.org/a.png",
    "https://e.org",
    "HTTPS://E.ORG:443/a/../b.png?",
    "https://e.org/a.png?s=abc&w=1",
    "https://e.org/a.png?s=&w=1&s=abc",
    "https://e.org/a.png?w=1&w=2&width=3",
    "https://e.org/a.png?x=a+b&flag&=z&&k=v=w#h ~",
    "https://e.org/a%7e%2F%2e%2e/b%zz.png?x=%7e%zz%e9",
    # No `^` in a path: which of the two Node writes depends on its age.
    "https://日本.jp/./日 本|{}?q=^日'\"<>`",
    "http://e.org:8080/a\\b/..?dpr=4&dpr=5",
    "data:image/png;base64,AA",
]
PARAMS: list[tuple[str, list[Any]]] = [
    ("w", [10, 640.5, "x"]),
    ("h", [0, 20]),
    ("width", [7]),
    ("sat", [-100]),
    ("fpDebug", [True, False]),
    ("markAlign", [["top", "left"], []]),
    ("txt", ["a b+c&é~*'()!", "😀"]),
    ("auto", ["compress"]),
    ("q", [1e21, 1e-7, 0.1]),
    ("dpr", [2]),
    ("s", ["sig", ""]),
    ("widths", ["thumbnails", [200, 1000.5], []]),
]
VIEWS = ["square", "16:9", "1200", "480", "0480", "mobile"]
TYPES = [
    "paragraph",
    "paragraph",
    "heading1",
    "heading6",
    "preformatted",
    "list-item",
    "list-item",
    "o-list-item",
    "later",
]


def link(random: Random) -> Any:
    kind = random.choice(["Web", "Web", "Media", "Document", "Document", "Any"])
    value: dict[str, Any] = {"link_type": kind}
    if kind in {"Document", "Media"} and random.random() < 0.9:
        value |= {
            "id": random.choice(["known", "other"]),
            "type": "page",
            "tags": [],
            "lang": "en-us",
        }
    if kind != "Any" and random.random() < 0.8:
        value["url"] = random.choice(URLS)
    if random.random() < 0.3:
        value["target"] = random.choice(["_blank", "_self"])
    if random.random() < 0.05:
        value["label"] = 'of a "link"'
    return value


def spans(random: Random, text: str) -> list[Any]:
    """Up to eight, often sharing an edge or a range, some past the end, some in an emoji."""
    length = len(text.encode("utf-16-le")) // 2
    made: list[dict[str, Any]] = []
    for _ in range(random.choice([0, 1, 2, 3, 5, 8])):
        start, end = sorted(
            (random.randint(0, length), random.randint(0, length + random.choice([0, 3])))
        )
        if made and random.random() < 0.3:
            start, end = (
                made[-1]["start"],
                random.choice([made[-1]["end"], max(end, made[-1]["start"])]),
            )
        elif made and random.random() < 0.2:
            start, end = made[-1]["end"], max(end, made[-1]["end"])
        kind = random.choice(["strong", "em", "label", "hyperlink", "later"])
        span: dict[str, Any] = {"type": kind, "start": start, "end": end}
        if kind == "label":
            span["data"] = {"label": random.choice(["a", 'b "c"', ""])}
        elif kind == "hyperlink":
            span["data"] = link(random)
        made.append(span)
    return made


def block(random: Random) -> Any:
    chance = random.random()
    if chance < 0.1:
        value = {"type": "image", **image(random)}
        return value | ({"linkTo": link(random)} if random.random() < 0.5 else {})
    if chance < 0.2:
        oembed = {
            "type": "video",
            "embed_url": random.choice(URLS),
            "provider_name": random.choice([None, 'A"b']),
        }
        html = random.choice([{}, {"html": None}, {"html": ""}, {"html": "<b>x</b>\n"}])
        return {"type": "embed", "oembed": oembed | html}
    text = "".join(random.choice(SNIPPETS) for _ in range(random.randint(0, 4)))
    value = {"type": random.choice(TYPES), "text": text, "spans": spans(random, text)}
    if random.random() < 0.15:
        value["direction"] = random.choice(["ltr", "rtl"])
    if random.random() < 0.05:
        value["data"] = {"label": "on a block"}
    if random.random() < 0.03:
        value |= {"text": None, "spans": []}
    if random.random() < 0.03:
        return {"type": "group-o-list-item", "items": [value, value]}
    return value


def rich_text(random: Random) -> list[Any]:
    return [block(random) for _ in range(random.randint(0, 5))]


def image(random: Random) -> dict[str, Any]:
    """An image as in rich text; see `image_field`."""
    value: dict[str, Any] = {
        "dimensions": {"width": random.randint(1, 4000), "height": 10},
        "alt": random.choice([None, "", 'a "b" <c>']),
        "copyright": random.choice([None, "© & co"]),
        "url": random.choice(IMAGE_URLS),
    }
    return value


def image_field(random: Random) -> dict[str, Any]:
    """An image with responsive views."""
    return image(random) | {
        name: image(random) for name in random.sample(VIEWS, random.choice([0, 2, 3]))
    }


def image_params(random: Random) -> dict[str, Any]:
    chosen = random.sample(PARAMS, random.choice([0, 1, 2, 4]))
    return {name: random.choice(values) for name, values in chosen}


def timestamp(random: Random) -> str:
    date = f"{random.randint(1970, 2030)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    time = f"T{random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}"
    return date + random.choice(
        ["", *(time + offset for offset in ("+0000", "-0530", "Z", "+02:00"))]
    )

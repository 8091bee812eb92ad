"""The lines of a server's log: one an event, whatever is in it."""

from __future__ import annotations

import json

from prismic_ssg.server.journal import json_line, text_line

OBEYED = "a\x1b[2J\nbuilt seconds=1\x9b\u2028\u202e\x7fz"


def test_a_text_of_others_is_one_line_that_nothing_obeys() -> None:
    line = text_line("webhook", {"what": OBEYED, "ref": "plain"})
    assert line.isprintable()
    assert line.startswith('webhook what="a\\u001b[2J\\nbuilt')
    assert line.endswith("ref=plain")


def test_as_json_it_is_what_it_was() -> None:
    line = json_line("now", "webhook", {"what": OBEYED})
    assert line.isprintable()
    assert json.loads(line)["what"] == OBEYED

"""Slice zones, mapped."""

from typing import Any

from prismic_ssg.content.slices import map_slice_zone

HERO = {"slice_type": "hero", "id": "hero$1", "primary": {"title": "T"}}
TEXT = {"slice_type": "text", "id": "text$1", "primary": {}}


def test_a_slice_is_what_its_mapper_gives_with_its_type_and_id() -> None:
    mapped = map_slice_zone(
        [HERO], {"hero": lambda args: {"title": args.slice["primary"]["title"]}}
    )

    assert mapped == [{"__mapped": True, "id": "hero$1", "slice_type": "hero", "title": "T"}]


def test_a_mapper_may_replace_id_and_type() -> None:
    mapped = map_slice_zone([HERO], {"hero": lambda args: {"id": "x", "slice_type": "y"}})

    assert mapped == [{"__mapped": True, "id": "x", "slice_type": "y"}]


def test_a_mapper_that_gives_nothing_leaves_type_and_id() -> None:
    mapped = map_slice_zone([HERO], {"hero": lambda args: None})

    assert mapped == [{"__mapped": True, "id": "hero$1", "slice_type": "hero"}]


def test_a_slice_without_mapper_stays_as_it_is_and_where_it_is() -> None:
    assert map_slice_zone([TEXT, HERO, TEXT], {"hero": lambda args: {}})[::2] == [TEXT, TEXT]


def test_a_mapper_knows_the_zone_its_place_and_the_context() -> None:
    seen: list[Any] = []

    def mapper(args: Any) -> dict[str, Any]:
        seen.append((args.slices, args["index"], args.context))
        return {}

    map_slice_zone([TEXT, HERO], {"hero": mapper}, {"lang": "fr"})

    assert seen == [([TEXT, HERO], 1, {"lang": "fr"})]


def test_a_slice_as_graphql_gives_it_is_known_by_its_type() -> None:
    assert map_slice_zone([{"type": "hero"}], {"hero": lambda args: {"a": 1}}) == [
        {"__mapped": True, "type": "hero", "a": 1}
    ]


def test_an_id_beside_graphqls_type_is_not_kept() -> None:
    # Nor does the official client keep it.
    assert map_slice_zone([{"type": "hero", "id": "1"}], {"hero": lambda args: {}}) == [
        {"__mapped": True, "type": "hero"}
    ]


def test_no_zone_is_no_slices() -> None:
    assert map_slice_zone(None, {}) == []

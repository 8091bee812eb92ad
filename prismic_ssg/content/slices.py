"""Slice zones, each slice turned into something else by the function for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class SliceArgs(msgspec.Struct, frozen=True):
    """What a mapper is called with. `args["slice"]` is `args.slice`."""

    slice: Mapping[str, Any]
    slices: Sequence[Mapping[str, Any]]
    index: int
    context: Any

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


def map_slice_zone(
    zone: Sequence[Mapping[str, Any]] | None,
    mappers: Mapping[str, Callable[[SliceArgs], Mapping[str, Any] | None]],
    context: Any = None,
) -> list[Mapping[str, Any]]:
    """The slices of `zone`, in order, each as what its mapper gave; without a mapper, as it is.

    `mappers` is keyed by slice type. To a result, `__mapped`, `id` and `slice_type` are added where
    it does not have them; a result of None is those alone. A zone of None, which the document does
    not have, gives [].
    """
    slices = zone or ()
    return [
        _mapped(SliceArgs(each, slices, index, context), mappers)
        for index, each in enumerate(slices)
    ]


def _mapped(
    args: SliceArgs, mappers: Mapping[str, Callable[[SliceArgs], Mapping[str, Any] | None]]
) -> Mapping[str, Any]:
    # A slice as GraphQL gives it has `type` instead of `slice_type`, and an id of no meaning.
    name = "slice_type" if "slice_type" in args.slice else "type"
    mapper = mappers.get(args.slice.get(name, ""))
    if mapper is None:
        return args.slice
    kept = ("id", name) if name == "slice_type" else (name,)
    own = {key: args.slice[key] for key in kept if key in args.slice}
    return {"__mapped": True, **own, **(mapper(args) or {})}

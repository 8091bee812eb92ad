"""A static site generator and content-sync pipeline for the Prismic headless CMS.

Names are imported when they are first used: `from prismic_ssg import Route, Site` in a
`prismicio.py` does not load the network or the templates.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from prismic_ssg._version import __version__

if TYPE_CHECKING:
    from prismic_ssg.api.client import Client
    from prismic_ssg.build import build
    from prismic_ssg.content import filters as filter  # noqa: A004  (the contract's name)
    from prismic_ssg.content import is_filled
    from prismic_ssg.content.fields import as_date
    from prismic_ssg.content.images import (
        as_image_pixel_density_srcset,
        as_image_src,
        as_image_width_srcset,
    )
    from prismic_ssg.content.links import as_link, as_link_attrs, document_to_link_field
    from prismic_ssg.content.richtext import as_text
    from prismic_ssg.content.richtext_html import as_html
    from prismic_ssg.content.slices import map_slice_zone
    from prismic_ssg.errors import (
        BuildFailed,
        ConfigurationError,
        ConnectionFailed,
        ContentError,
        FieldError,
        ForbiddenError,
        NotFoundError,
        OutputError,
        PageError,
        ParsingError,
        PreviewTokenExpiredError,
        PrismicError,
        PrismicSsgError,
        RefExpiredError,
        RefNotFoundError,
        RepositoryNotFoundError,
    )
    from prismic_ssg.hooks import ExtraPage
    from prismic_ssg.report import BuildReport
    from prismic_ssg.site import GitHubDispatch, Listing, PostHook, Route, Site

__all__ = [
    "BuildFailed",
    "BuildReport",
    "Client",
    "ConfigurationError",
    "ConnectionFailed",
    "ContentError",
    "ExtraPage",
    "FieldError",
    "ForbiddenError",
    "GitHubDispatch",
    "Listing",
    "NotFoundError",
    "OutputError",
    "PageError",
    "ParsingError",
    "PostHook",
    "PreviewTokenExpiredError",
    "PrismicError",
    "PrismicSsgError",
    "RefExpiredError",
    "RefNotFoundError",
    "RepositoryNotFoundError",
    "Route",
    "Site",
    "__version__",
    "as_date",
    "as_html",
    "as_image_pixel_density_srcset",
    "as_image_src",
    "as_image_width_srcset",
    "as_link",
    "as_link_attrs",
    "as_text",
    "build",
    "document_to_link_field",
    "filter",
    "is_filled",
    "map_slice_zone",
]

_MODULES = {
    "BuildReport": "report",
    "Client": "api.client",
    "ExtraPage": "hooks",
    "GitHubDispatch": "site",
    "Listing": "site",
    "PostHook": "site",
    "Route": "site",
    "Site": "site",
    "as_date": "content.fields",
    "as_html": "content.richtext_html",
    "as_image_pixel_density_srcset": "content.images",
    "as_image_src": "content.images",
    "as_image_width_srcset": "content.images",
    "as_link": "content.links",
    "as_link_attrs": "content.links",
    "as_text": "content.richtext",
    "build": "build",
    "document_to_link_field": "content.links",
    "map_slice_zone": "content.slices",
}
# These two names are modules themselves: `filter.at(…)`, `is_filled.image(…)`.
_NAMESPACES = {"filter": "content.filters", "is_filled": "content.is_filled"}


def __getattr__(name: str) -> Any:
    if name in _NAMESPACES:
        found: Any = import_module(f"prismic_ssg.{_NAMESPACES[name]}")
    elif name in __all__:
        module = import_module(f"prismic_ssg.{_MODULES.get(name, 'errors')}")
        found = getattr(module, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """This package, in which a public name stays what it is when a module of that name is loaded.

    Python names a module in its package then: `build` would be the module `build.py`.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _MODULES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

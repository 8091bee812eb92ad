"""The two questions that the server itself has for a hosted repository."""

from __future__ import annotations

import msgspec

from prismic_ssg.api.client import Client
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.origin import Origin
from prismic_ssg.server.options import Options
from prismic_ssg.store.configuration import load_site


class _Dated(msgspec.Struct):
    last_publication_date: str | None = None


class Repository:
    """The repository that a project names now. A connection is opened for each question: they are
    seconds apart at least, and `prismicio.py` may name another one meanwhile."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def master_ref(self) -> str:
        """The ref of what is published. Raises PrismicSsgError."""
        with self._client() as client:
            return str(client.get_repository(fresh=True).master_ref)

    def newest(self, ref: str) -> str:
        """When the document was published that was published last, as text in UTC."""
        with self._client() as client:
            answer = client.get(
                ref=ref, page_size=1, orderings="document.last_publication_date desc", lang="*"
            )
        dated = [msgspec.json.decode(each, type=_Dated) for each in answer.results]
        return max((each.last_publication_date or "" for each in dated), default="")

    def _client(self) -> Client:
        options = self._options
        site = load_site(options.folder)
        given = options.build.get("repository")
        origin = Origin.of(site, options.folder, given, options.environment)
        if origin.folder is not None:
            raise ConfigurationError("a local repository is watched, not asked")
        return origin.client(options.environment)

"""One page of an answer."""

from __future__ import annotations

import msgspec

from prismic_ssg.content.document import Document


class ResultPage(msgspec.Struct, frozen=True):
    """One page of an answer, with the numbers that the API gives beside it."""

    documents: tuple[Document, ...]
    page: int
    page_size: int
    total_results_size: int

    @property
    def total_pages(self) -> int:
        return -(-self.total_results_size // self.page_size)

"""What was noticed while rendering, page by page → the warnings of a build, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prismic_ssg.content.document import DocumentId
from prismic_ssg.engine.world import World
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.recorder import NoteKey

# The first part of the key of a note on a link that leads nowhere; the others are the ids of the
# document that it is in and of the one that is not there. Its message is how to name that.
DEAD_LINK = "dead link"


def warnings_of(
    notes: Iterable[Mapping[NoteKey, PrismicSsgError]], world: World
) -> tuple[PrismicSsgError, ...]:
    """One warning for each thing that was noticed, those about dead links gathered by document.

    `notes` are those of every page, in the order of their paths: so are the warnings.
    """
    others: dict[NoteKey, PrismicSsgError] = {}
    dead: dict[str, dict[str, str]] = {}
    for page in notes:
        for key, note in page.items():
            if key[0] == DEAD_LINK:
                dead.setdefault(key[1], {}).setdefault(key[2], note.message)
            else:
                others.setdefault(key, note)
    return (*others.values(), *(_dead(id_, dead[id_], world) for id_ in sorted(dead)))


def _dead(id_: str, targets: Mapping[str, str], world: World) -> PrismicSsgError:
    document = world.snapshot.get(id_)
    name = repr(document.uid) if document and document.uid else "without UID"
    named = ", ".join(targets[each] for each in sorted(targets))
    many = f"{len(targets)} documents" if len(targets) > 1 else "a document"
    return PrismicSsgError(
        f"document {id_!r} ({document.type if document else ''} {name}) links to {many} "
        f"not in ref {world.snapshot.ref!r}: {named}",
        document_id=id_,
        page=world.pages.urls.get(DocumentId(id_)),
        hint="publish what is missing, or take the links out",
    )

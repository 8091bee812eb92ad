"""Renderer: one page of a world → its bytes, the assets it names, or an error that says where."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from copy import deepcopy
from types import CodeType
from typing import TYPE_CHECKING, Any

import jinja2
import msgspec
from markupsafe import Markup

from prismic_ssg.content import filters as content_filters
from prismic_ssg.content.file_names import hashed_name
from prismic_ssg.engine.facts import Fact
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.world import World
from prismic_ssg.errors import ConfigurationError, PageError, PrismicSsgError, did_you_mean_file
from prismic_ssg.hooks import OnPage, PageData, attempted, hook_name, named_filter, refused
from prismic_ssg.render.blocks import Block
from prismic_ssg.render.environment import make_environment
from prismic_ssg.render.filters import Helpers
from prismic_ssg.render.highlight import highlight_css
from prismic_ssg.render.markdown import Markdown
from prismic_ssg.render.mistakes import circle, hint_for, without_owner
from prismic_ssg.render.page_view import PageView
from prismic_ssg.render.recorder import NoteKey
from prismic_ssg.render.rich_text_templates import RichTextTemplates
from prismic_ssg.render.site_view import SiteView, kept_documents
from prismic_ssg.render.slices import SliceZones
from prismic_ssg.site import Site

if TYPE_CHECKING:
    from prismic_ssg.render.timings import Timings

_NO_BLOCKS: Mapping[bytes, Block] = {}


class Rendered(msgspec.Struct, frozen=True):
    """A page's text, the static files whose hashed URL it contains, and the URLs of its images that
    are to become files of the site. `reads` are the facts that it is made from, packed, `blocks`
    those parts of it that have reads of their own; `notes` what was noticed: `warnings_of` says it.
    """

    page: Page
    text: str
    assets: frozenset[str]
    images: frozenset[str] = frozenset()
    reads: bytes = b""
    blocks: Sequence[Block] = ()
    notes: Mapping[NoteKey, PrismicSsgError] = {}


class Renderer:
    """Renders the pages of one world. Not thread-safe: a worker has its own. `bytecode` holds
    templates that were compiled before, and gets those that are compiled now.

    Raises ConfigurationError where the site's own filters or globals take a name of ours.
    """

    def __init__(self, world: World, bytecode: MutableMapping[str, bytes] | None = None) -> None:
        self._world = world
        self._site = SiteView(world)
        self._notebook = self._site.notebook
        self._environment = make_environment(
            world.templates, self._notebook, bytecode, kept_documents(world)
        )
        self._rich_text = RichTextTemplates(self._environment, world.templates)
        self._markdown = Markdown(
            self._site.urls,
            self._site.url_of_file,
            permalinks=world.site.permalinks,
            safe=world.site.safe_html,
        )
        self._add_names(world.site)

    def _add_names(self, site: Site) -> None:
        """Put our filters, tests and globals into the environment, and the site's beside them."""
        helpers = Helpers.of(
            self._site,
            self._markdown,
            site.rich_text,
            lambda: self._rich_text.functions,
            safe=site.safe_html,
        )
        zones = SliceZones(self._environment, self._world.templates, self._site, site.templates)
        ours: dict[str, dict[str, Any]] = {
            "filters": helpers.filters(),
            "globals": {
                "site": self._site,
                "asset": self._asset,
                "has_asset": self._has_asset,
                "slice_zone": zones.show,
                "toolbar": self._toolbar,
                "highlight_css": highlight_css,
                "filter": content_filters,
            },
        }
        self._environment.tests.update(helpers.tests())
        self._environment.html_of = helpers.rich_text.html_of
        for what, names in ours.items():
            theirs = dict(getattr(site, what))
            if what == "filters":
                added = site.hooks.filters.items()
                theirs.update({name: named_filter(function) for name, function in added})
            for name in theirs:
                if name in names and theirs[name] is not names[name]:
                    raise ConfigurationError(
                        f"Site({what}=…): {name!r} is a name that templates have already",
                        hint="give it another name",
                    )
            getattr(self._environment, what).update(names)
            if what == "filters":
                self._environment.add_filters(theirs)
            else:
                self._environment.globals.update(theirs)
                for name, value in theirs.items():
                    self._environment.fixed.add(name, value)
        self._environment.blocks.begin(self._environment.globals)

    def watch(self, timings: Timings) -> None:
        """Time templates and queries from now on."""
        self._environment.timings = timings
        self._site.watch(timings)

    @property
    def world(self) -> World:
        """What it renders the pages of."""
        return self._world

    @property
    def warnings(self) -> tuple[PrismicSsgError, ...]:
        """What is wrong with the templates as a whole, whatever page is rendered."""
        return tuple(self._rich_text.warnings())

    @property
    def answers(self) -> Mapping[Fact, bytes]:
        """Digests of the answers that pages rendered so far have read, for the next build."""
        return self._site.answers

    def codes_of(self, template: str) -> list[CodeType]:
        """What a template is compiled to: the whole of it, and its blocks.

        Raises jinja2.TemplateError for one that can't be compiled.
        """
        compiled = self._environment.get_template(template)
        functions = (compiled.root_render_func, *compiled.blocks.values())
        return [function.__code__ for function in functions]

    def expect(self, pages: Sequence[Page]) -> None:
        """Take note of the pages that are rendered next: their documents are read at once."""
        for page in pages:
            if page.document_id is not None:
                document = self._world.snapshot.get(page.document_id)
                if document is not None:
                    document.expect(whole=True)

    def render(self, page: Page, before: Mapping[bytes, Block] = _NO_BLOCKS) -> Rendered:
        """The page's text. `before` are blocks of it, by their keys, that are as they were.

        Raises PageError, with template and line, where it can't be rendered.
        """
        blocks = self._environment.blocks
        self._site.turn_to(page)
        self._environment.pages_begun += 1
        self._markdown.turn_to_next_page()
        try:
            variables = self._variables(page)
            self._rich_text.turn_to(variables)
            # Content of Markdown, and what code gave a page, was read before any block.
            is_plain = page.markdown is None and page.extra is None
            blocks.turn_to(variables if is_plain else {}, before)
            text = self._template_of(page).render(variables)
            if self._world.site.hooks.on_page and page.file.endswith((".html", ".htm")):
                text = self._finished(variables["page"], text)
        except SystemExit as error:
            ended = RuntimeError("the site's own code ends the program")
            raise self._explained(page, ended.with_traceback(error.__traceback__)) from error
        except Exception as error:
            raise self._explained(page, error) from error
        seen = self._site.urls.seen_images
        images = seen.used_in(text) if seen is not None else frozenset()
        notebook = self._notebook
        assets = frozenset(notebook.assets)
        reads, notes = notebook.reads(), notebook.notes
        return Rendered(page, text, assets, images, reads, blocks.made, notes)

    def _template_of(self, page: Page) -> jinja2.Template:
        for name in page.templates:
            self._notebook.facts.add(("template", name))
            if name in self._world.templates:
                return self._environment.get_template(name)
        raise jinja2.TemplateNotFound(page.templates[0])

    def _variables(self, page: Page) -> dict[str, Any]:
        variables: dict[str, Any] = {}
        if page.markdown is not None:
            source = self._world.markdown[page.markdown]
            content, heading = self._markdown.page(source.text, page.markdown)
            # Its lists are the page's own: a template may change them.
            variables["page"] = PageView(
                page, self._site, content=content, meta=deepcopy(source.meta), heading=heading
            )
            variables["content"] = content
        elif page.extra is not None:
            data = msgspec.json.decode(page.extra)
            variables["page"] = PageView(page, self._site, meta=data)
        else:
            variables["page"] = PageView(page, self._site)
        if page.document_id is not None:
            variables["doc"] = self._site.document(page.document_id)
        if page.extra is not None:
            self._add_variables(variables, data, page.origin)
        for hook in self._world.site.hooks.page_data:
            self._add_hooked(variables, hook)
        return variables

    def _add_variables(
        self, variables: dict[str, Any], given: Mapping[str, Any], origin: str
    ) -> None:
        for name in given:
            if name in variables or name in self._environment.globals or name == "doc":
                raise ConfigurationError(
                    f"{origin}: {name!r} is a name that templates have already",
                    hint="give it another name",
                )
        variables.update(given)

    def _add_hooked(self, variables: dict[str, Any], hook: PageData) -> None:
        """Put into a page's variables what a hook of `page_data` has for it."""
        view, doc = variables["page"], variables.get("doc")
        given = attempted("page_data", hook, lambda: hook(view, doc))
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise refused(
                "page_data", hook, f"it gave {given!r:.60}, which is no mapping of names to values"
            )
        self._add_variables(variables, given, f"@site.page_data {hook_name(hook)}")

    def _finished(self, view: PageView, text: str) -> str:
        """A page's HTML as the hooks of `on_page` leave it."""
        for hook in self._world.site.hooks.on_page:
            given = self._one_finished(hook, view, text)
            if not isinstance(given, str):
                raise refused("on_page", hook, f"it gave {given!r:.60}, which is no text")
            text = str(given)
        return text

    @staticmethod
    def _one_finished(hook: OnPage, view: PageView, text: str) -> str:
        return attempted("on_page", hook, lambda: hook(view, text))

    # -- globals

    def _asset(self, path: str) -> str:
        """URL of a static file with its content hash: `/style.css` → `/style.3f9c01aa.css`."""
        name = str(path or "").lstrip("/")
        self._notebook.facts.add(("asset", name))
        digest = self._world.assets.get(name)
        if digest is None:
            raise PrismicSsgError(
                f"there is no static file {name!r}",
                hint=did_you_mean_file(name, self._world.assets, "put it into the static folder"),
            )
        self._notebook.assets.add(name)
        return self._site.urls.file_url(hashed_name(name, digest))

    def _has_asset(self, path: str) -> bool:
        """Whether there is such a static file."""
        name = str(path or "").lstrip("/")
        self._notebook.facts.add(("asset", name))
        return name in self._world.assets

    def _toolbar(self) -> Markup:
        """The preview toolbar's script; nothing for a local repository, which has no previews."""
        if self._world.hosted_as is None:
            return Markup("")
        return Markup(
            '<script async defer src="https://static.cdn.prismic.io/prismic.js?new=true&amp;repo={}">'
            "</script>"
        ).format(self._world.hosted_as)

    # -- errors

    def _explained(self, page: Page, error: Exception) -> PageError:
        files = {source.file for source in self._world.templates.values()}
        template, line = _place(error, files)
        message = str(error) or type(error).__name__
        hint = getattr(error, "hint", None)
        if isinstance(error, jinja2.TemplateSyntaxError):
            template, line = error.filename or template, error.lineno
            message = error.message or message
            hint = hint_for(message, self._environment)
        elif isinstance(error, jinja2.TemplateNotFound):
            message = f"there is no template {error.name!r}"
            known = self._world.templates
            hint = did_you_mean_file(str(error.name), known, "write it, or name another one")
        elif isinstance(error, RecursionError) and (ring := circle(error, files)):
            template, line = ring[0], None
            message = f"{template}: a template includes itself without an end"
            hint = f"they lead to each other: {', '.join(ring)}" if ring[1:] else None
        elif isinstance(error, jinja2.TemplateRuntimeError):
            hint = hint or hint_for(message, self._environment)
            if isinstance(error, jinja2.UndefinedError):
                hint = (
                    hint or "a name that may be missing can be asked for: {% if name is defined %}"
                )
        elif not isinstance(error, PrismicSsgError):
            message = f"{type(error).__name__}: {without_owner(message)}"
        where = f"{template}:{line}: " if template and line else ""
        return PageError(
            f"{where}{message}",
            page=page.path,
            document_id=getattr(error, "document_id", None) or page.document_id,
            field=getattr(error, "field", None),
            template=template,
            file=None if template else getattr(error, "file", None),
            line=line if template else getattr(error, "line", None),
            hint=hint,
        )


def _place(error: BaseException, files: Collection[str]) -> tuple[str | None, int | None]:
    """Template and line in which an error arose: of `files`, the innermost one on its way up.

    Jinja rewrites a traceback so that its own frames name the template's file and line.
    """
    place: tuple[str | None, int | None] = (None, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in files:
            place = (frame.f_code.co_filename, line)
    return place

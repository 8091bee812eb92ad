"""`prismic-ssg types`: a module that mypy believes, and that documents live up to."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import pytest

from prismic_ssg import field_types
from prismic_ssg.content.document import Document

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "site.example"
GOLDEN = CHECKOUT / "tests/data/golden"


def put(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def type_model(folder: Path, name: str, fields: Mapping[str, Any], **more: Any) -> None:
    model = {"id": name, "label": name, "json": {"Main": fields}, **more}
    put(folder / f"customtypes/{name}/index.json", model)


def load(file: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"made_{abs(hash(file))}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def mypy(tmp_path_factory):
    """A function: what `mypy --strict` says of files, empty where it has no complaint."""
    cache = tmp_path_factory.mktemp("mypy")
    return lambda *files: complaints(*files, cache=cache)


def complaints(*files: Path, cache: Path) -> str:
    strictly = ["-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", cache]
    done = subprocess.run(
        [sys.executable, *strictly, *files],
        cwd=files[0].parent, capture_output=True, text=True, check=False,
        env={"MYPYPATH": f"{files[0].parent}", "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    return done.stdout + done.stderr


def differences(value: Any, hint: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what a type says; members that the type does not name count."""
    origin = get_origin(hint)
    if hint is Any:
        return
    if origin in (Required, NotRequired):
        yield from differences(value, get_args(hint)[0], path)
    elif origin in (Union, types.UnionType):
        found = [list(differences(value, each, path)) for each in get_args(hint)]
        if all(found):
            yield min(found, key=len)[0]
    elif origin is Literal:
        if value not in get_args(hint):
            yield f"{path}: {value!r} is none of {get_args(hint)}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
        else:
            for number, each in enumerate(value):
                yield from differences(each, get_args(hint)[0], f"{path}[{number}]")
    elif origin is dict or hint is dict:
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no object"
    elif hasattr(origin or hint, "__required_keys__"):
        yield from _members(value, hint, path)
    elif hint is float:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            yield f"{path}: {value!r} is no number"
    elif isinstance(hint, type) and type(value) is not hint:
        yield f"{path}: {value!r} is no {hint.__name__}"


def _members(value: Any, hint: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no object"
        return
    typed_dict = get_origin(hint) or hint
    # A generic's own parameter is the type of `variant`, and of nothing else.
    variant = get_args(hint)[0] if get_args(hint) else str
    hints = get_type_hints(typed_dict, include_extras=True)
    if typed_dict is field_types.Embed:
        value = {name: each for name, each in value.items() if name in hints}
    for name in typed_dict.__required_keys__ - value.keys():
        yield f"{path}: {name} is missing"
    for name, each in value.items():
        if name not in hints:
            yield f"{path}: {name} is in no type"
        else:
            is_parameter = "TypeVar" in type(hints[name]).__name__
            yield from differences(each, variant if is_parameter else hints[name], f"{path}.{name}")


def golden_models(folder: Path) -> None:
    """The models that the golden documents were made from, as files."""
    golden = json.loads((GOLDEN / "generated-repository.json").read_text("utf-8"))
    for model in golden["models"]:
        put(folder / f"customtypes/{model['id']}/index.json", model)
    for model in golden["sharedSlices"]:
        put(folder / f"slices/{model['id']}/model.json", model)


def golden_documents() -> Iterator[dict[str, Any]]:
    for line in (GOLDEN / "generated-documents.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def example_documents(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "documents").rglob("*.json")):
        yield json.loads(path.read_text("utf-8"))


def problems(module: types.ModuleType, documents: Iterator[dict[str, Any]]) -> list[str]:
    by_type = {
        each.TYPE: get_type_hints(each)["data"]
        for name, each in vars(module).items()
        if name.endswith("Document") and each is not field_types.TypedDocument
    }
    found = []
    for document in documents:
        path = f"{document['type']} {document['id']}"
        found += differences(document["data"], by_type[document["type"]], path)
    return found


# -- what it writes


def test_a_class_for_a_type_and_one_for_its_fields(cli, tmp_path):
    fields = {
        "uid": {"type": "UID"},
        "title": {"type": "StructuredText"},
        "count": {"type": "Number"},
        "wood": {"type": "Select", "config": {"options": ["ash", "maple"]}},
        "sources": {"type": "Link", "config": {"repeat": True, "variants": ["Book", "Page"]}},
        "parts": {"type": "Group", "config": {"fields": {"photo": {"type": "Image"}}}},
    }
    type_model(tmp_path, "loom", fields)
    assert cli("-C", tmp_path, "types").out == f"{tmp_path}/prismic_types.py written\n"
    assert (
        (tmp_path / "prismic_types.py").read_text().partition("\n\n\n")[2]
        == '''\
class LoomPartsRow(TypedDict, total=False):
    """A row of the group."""

    photo: Image


class LoomData(TypedDict, total=False):
    """The fields of loom."""

    title: RichText
    count: float | None
    wood: Literal["ash", "maple"] | None
    sources: list[VariantLink[Literal["Book", "Page"]]]
    parts: list[LoomPartsRow]


@dataclass(frozen=True)
class LoomDocument(TypedDocument):
    """loom: a document of type loom."""

    TYPE: ClassVar[str] = "loom"

    uid: str
    data: LoomData
'''
    )


def test_a_slice_zone_is_a_union_of_its_slices(cli, tmp_path):
    title = {"title": {"type": "Text"}}
    variations = [{"id": "default", "primary": title}, {"id": "wide"}]
    put(tmp_path / "slices/Hero/model.json", {"id": "hero", "variations": variations})
    choices = {
        "hero": {"type": "SharedSlice"},
        "of_another_time": {"type": "SharedSlice"},
        "note": {"type": "Slice", "non-repeat": title, "repeat": {}},
        "old": {"type": "StructuredText"},
    }
    type_model(tmp_path, "page", {"body": {"type": "Slices", "config": {"choices": choices}}})
    written = cli("-C", tmp_path, "types", "-o", "-").out
    assert "HeroSlice = HeroSliceDefault | HeroSliceWide\n" in written
    assert (
        "PageBodyChoice = HeroSlice | AnySlice | PageBodyNoteSlice | PageBodyOldSlice\n" in written
    )
    assert '    slice_type: Literal["old"]\n    value: RichText\n' in written


def test_a_relationship_has_the_fields_that_its_model_selects(cli, tmp_path):
    type_model(tmp_path, "author", {"name": {"type": "Text"}, "bio": {"type": "StructuredText"}})
    selection = {"select": "document", "customtypes": [{"id": "author", "fields": ["name"]}]}
    type_model(tmp_path, "post", {"author": {"type": "Link", "config": selection}})
    written = cli("-C", tmp_path, "types", "-o", "-").out
    [data] = [each for each in written.split("\n\n\n") if "class PostAuthorAuthorData" in each]
    assert "    name: str | None" in data
    assert "bio" not in data
    assert "class PostAuthorLink(Relationship[str], total=False):" in written


@pytest.mark.parametrize("place", ["", "src/", "content/"])
def test_models_are_found_in_the_project_and_in_its_local_repository(cli, folder, place):
    project = folder("")
    type_model(project / place, "loom", {"title": {"type": "Text"}})
    assert "class LoomData" in cli("-C", project, "types", "-o", "-").out


# -- keeping it up to date


def test_a_file_that_is_up_to_date_passes_the_check(cli, tmp_path):
    type_model(tmp_path, "loom", {"title": {"type": "Text"}})
    cli("-C", tmp_path, "types")
    assert cli("-C", tmp_path, "types", "--check").code == 0
    assert "is up to date" in cli("-C", tmp_path, "types").out


def test_a_file_of_an_older_model_fails_the_check_and_stays(cli, tmp_path):
    type_model(tmp_path, "loom", {"title": {"type": "Text"}})
    cli("-C", tmp_path, "types")
    before = (tmp_path / "prismic_types.py").read_text()
    type_model(tmp_path, "loom", {"title": {"type": "StructuredText"}})
    said = cli("-C", tmp_path, "types", "--check")
    assert said.code == 1
    assert "prismic_types.py is not what the models say" in said.err
    assert "run `prismic-ssg types`" in said.err
    assert (tmp_path / "prismic_types.py").read_text() == before


def test_a_file_that_is_not_there_fails_the_check(cli, tmp_path):
    type_model(tmp_path, "loom", {})
    said = cli("-C", tmp_path, "types", "--check")
    assert said.code == 1
    assert "prismic_types.py is not there" in said.err


def test_the_check_names_the_command_for_its_own_file(cli, tmp_path):
    type_model(tmp_path, "page", {})
    said = cli("-C", tmp_path, "types", "--check", "-o", "made/my types.py")
    assert said.code == 1
    assert "run `prismic-ssg types -o 'made/my types.py'`" in said.err


def test_what_goes_to_standard_output_cant_be_checked(cli, tmp_path):
    type_model(tmp_path, "page", {})
    said = cli("-C", tmp_path, "types", "--check", "-o", "-")
    assert (said.code, said.out) == (2, "")
    assert "--check" in said.err


def test_without_models_it_says_where_they_would_be(cli, tmp_path):
    said = cli("-C", tmp_path, "types")
    assert said.code == 2
    assert "there are no models" in said.err
    assert "customtypes/*/index.json" in said.err


def test_a_model_that_cant_be_read_is_named(cli, tmp_path):
    type_model(tmp_path, "loom", {})
    (tmp_path / "customtypes/loom/index.json").write_text("{")
    said = cli("-C", tmp_path, "types")
    assert said.code == 1
    assert "customtypes/loom/index.json is no model" in said.err


# -- names that Python has other plans for


@pytest.fixture
def odd(cli, tmp_path):
    """The module for models whose names and labels are no names and no text for Python."""
    said = '"""\\ }}\n{{ \0 # %s'
    view = {"name": "16:9", "width": 1, "height": 1}
    fields = {
        "class": {"type": "Text", "config": {"label": said}},
        "a-b": {"type": "Group", "config": {"fields": {"from": {"type": "Table"}}}},
        "__hidden": {"type": "Number"},
        "photo": {"type": "Image", "config": {"thumbnails": [view, {"name": "url"}]}},
        "kind": {"type": "Select", "config": {"options": [said, "é", "x" * 60]}},
        "été": {"type": "Link", "config": {"variants": ['"', "\\"]}},
        "1st": {"type": "Range"},
        "new": {"type": "OfTomorrow"},
        "x²": {"type": "Group", "config": {"fields": {"from": {"type": "Table"}}}},
        "ﬁsh": {"type": "Text"},
    }
    for name in ("blog_post", "blog-post", "image", "typed", "1", "型"):
        type_model(tmp_path, name, fields, label=said)
    type_model(tmp_path, "breaking", fields, id=said)
    for name in ("image", "any"):
        variations = [{"id": each, "name": said} for each in ("a-b", "a_b", said)]
        put(tmp_path / f"slices/{name}/model.json", {"id": name, "variations": variations})
    assert cli("-C", tmp_path, "types").code == 0
    return tmp_path / "prismic_types.py"


def test_whatever_models_are_called_the_module_can_be_imported(odd):
    module = load(odd)
    assert module.BlogPostDocument.TYPE == "blog-post"
    assert module.BlogPostDocument2.TYPE == "blog_post"
    hints = get_type_hints(module.BlogPostData)
    assert {"class", "a-b", "__hidden", "été", "1st", "x²", "ﬁsh"} <= hints.keys()
    assert set(get_type_hints(hints["photo"])) - set(get_type_hints(field_types.Image)) == {"16:9"}


@pytest.mark.slow
def test_whatever_models_are_called_mypy_and_the_formatter_agree(odd, mypy):
    assert mypy(odd) == ""
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", "--no-cache", odd]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


# -- true to documents


@pytest.mark.parametrize("name", ["site.example/content", "starter/content"])
def test_documents_of_a_local_repository_conform(cli, tmp_path, name):
    cli("-C", CHECKOUT / name, "types", "-o", tmp_path / "made.py")
    assert problems(load(tmp_path / "made.py"), example_documents(CHECKOUT / name)) == []


@pytest.mark.slow
def test_documents_of_every_kind_of_field_conform(cli, tmp_path):
    golden_models(tmp_path)
    cli("-C", tmp_path, "types")
    assert problems(load(tmp_path / "prismic_types.py"), golden_documents()) == []


@pytest.mark.slow
def test_documents_of_real_repositories_conform(cli, tmp_path, real_content):
    with_models = [each.parent for each in sorted(real_content.glob("*/customtypes"))]
    assert with_models
    for folder in with_models:
        cli("-C", folder, "types", "-o", tmp_path / f"{folder.name}.py")
        lines = (folder / "documents.jsonl").read_text("utf-8").split("\n")
        documents = (json.loads(line) for line in lines if line)
        assert problems(load(tmp_path / f"{folder.name}.py"), documents) == []


def test_a_document_that_does_not_conform_is_found(cli, tmp_path):
    type_model(tmp_path, "loom", {"count": {"type": "Number"}, "title": {"type": "StructuredText"}})
    cli("-C", tmp_path, "types")
    module = load(tmp_path / "prismic_types.py")
    for data in ({"count": "one"}, {"title": [{"type": "paragraph", "text": "a"}]}, {"other": 1}):
        assert len(problems(module, iter([{"type": "loom", "id": "a", "data": data}]))) == 1


@pytest.mark.slow
def test_mypy_reads_the_modules_of_all_these_models(cli, tmp_path, mypy):
    golden_models(tmp_path / "golden")
    cli("-C", tmp_path / "golden", "types", "-o", tmp_path / "golden.py")
    cli("-C", EXAMPLE, "types", "-o", tmp_path / "example.py")
    assert mypy(tmp_path / "golden.py", tmp_path / "example.py") == ""


SCRIPT = """\
from pathlib import Path

from prismic_ssg import Client, as_html, as_text

from prismic_types import BlogPostDocument, ProductDocument

client = Client("marrow-lane-looms")
for document in client.get_all_by_type("blog_post"):
    post = BlogPostDocument.of(document)
    title: str = (as_text(post.data["title"]) or "") + post.uid
    cover: str = post.data["cover"]["square"]["url"]
    for each in post.data["slices"]:
        if each["slice_type"] == "faq":
            question = as_html(each["items"][0]["question"])
        elif each["slice_type"] == "hero" and each["variation"] == "with_image":
            side = each["primary"]["image_side"] == "left"
    for link in post.data["reading_notes"]:
        source = link["source"]
        if source["link_type"] == "Web":
            print(source["url"], source["variant"] == "Primary")
product = ProductDocument.of(client.get_by_uid("product", "heron"))
price: float = (product.data["price"] or 0) * 2
"""


@pytest.mark.slow
def test_a_script_that_keeps_to_the_models_passes_mypy_and_one_that_does_not_fails(
    cli, tmp_path, mypy
):
    cli("-C", EXAMPLE, "types", "-o", tmp_path / "prismic_types.py")
    (tmp_path / "right.py").write_text(SCRIPT)
    wrong = {
        'post.data["title"]': 'post.data["titel"]',
        '== "with_image"': '== "with_picture"',
        '["variant"] == "Primary"': '["variant"] == "Primry"',
        '== "left"': '== "above"',
        'data["price"] or 0': 'data["price"]',
        '["square"]["url"]': '["round"]["url"]',
    }
    for number, (right, changed) in enumerate(wrong.items()):
        assert right in SCRIPT
        (tmp_path / f"wrong{number}.py").write_text(SCRIPT.replace(right, changed))
    said = mypy(*sorted(tmp_path.glob("*.py")))
    assert "right.py" not in said
    for number in range(len(wrong)):
        assert f"wrong{number}.py" in said, said


def test_a_document_of_a_client_becomes_a_typed_one(cli, tmp_path):
    cli("-C", EXAMPLE, "types", "-o", tmp_path / "made.py")
    module = load(tmp_path / "made.py")
    file = EXAMPLE / "content/documents/en-us/blog_post/sixty-bobbins.json"
    document = Document.from_json(file.read_bytes())
    post = module.BlogPostDocument.of(document)
    assert (post.uid, post.lang, post.tags) == ("sixty-bobbins", "en-us", ("tools", "visits"))
    assert post.data["title"][0]["text"] == "Sixty bobbins"
    with pytest.raises(TypeError, match="is a 'blog_post', and PageDocument is for 'page'"):
        module.PageDocument.of(document)

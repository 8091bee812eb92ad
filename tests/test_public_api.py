"""The names that `prismic_ssg` promises, and what loading them costs."""

import json
import subprocess
import sys
from importlib import resources

import pytest

import prismic_ssg

# What a site's configuration or `--help` must not wait for.
HEAVY = {"httpx", "jinja2", "markdown_it", "mdit_py_plugins", "rich", "sqlite3", "stamina", "yaml"}


def loaded_by(code: str) -> set[str]:
    """The top-level names of the modules that a new Python has loaded after `code`."""
    listing = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_public_names_are_sorted() -> None:
    assert list(prismic_ssg.__all__) == sorted(prismic_ssg.__all__)


@pytest.mark.parametrize("name", prismic_ssg.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert hasattr(prismic_ssg, name)


def test_the_names_of_the_contract_are_public() -> None:
    names = "Client Site Route Listing filter build as_html as_text as_link as_link_attrs as_date"
    helpers = (
        "as_image_src as_image_width_srcset as_image_pixel_density_srcset is_filled"
        " document_to_link_field map_slice_zone"
    )
    errors = (
        "PrismicError NotFoundError RepositoryNotFoundError ForbiddenError RefNotFoundError"
        " RefExpiredError PreviewTokenExpiredError ParsingError"
    )
    assert set(f"{names} {helpers} {errors}".split()) <= set(prismic_ssg.__all__)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Rout'"):
        prismic_ssg.Rout  # noqa: B018  (the lookup is what is tested)


@pytest.mark.slow
@pytest.mark.parametrize(
    "before",
    [
        "pass",
        "import prismic_ssg.build",
        "from prismic_ssg.check import check",
        "import prismic_ssg",
    ],
)
def test_build_is_the_function_whatever_was_imported_before(before: str) -> None:
    """Python names a module in its package once that is loaded: `prismic_ssg.build` is one, too."""
    code = f"{before}\nfrom prismic_ssg import build\nimport prismic_ssg.build\n"
    code += (
        "from prismic_ssg.build import build as inner\nprint(build is prismic_ssg.build is inner)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_test_may_put_something_in_the_place_of_a_public_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prismic_ssg, "build", len)
    assert prismic_ssg.build is len
    monkeypatch.undo()
    assert prismic_ssg.build is not len


def test_the_package_says_that_it_is_typed() -> None:
    assert resources.files(prismic_ssg).joinpath("py.typed").is_file()


@pytest.mark.slow
def test_importing_the_package_loads_only_the_standard_library() -> None:
    others = loaded_by("import prismic_ssg") - loaded_by("") - set(sys.stdlib_module_names)
    assert others == {"prismic_ssg"}


@pytest.mark.slow
def test_a_configuration_loads_neither_the_network_nor_the_templates() -> None:
    loaded = loaded_by("from prismic_ssg import Listing, Route, Site, filter")
    assert not loaded & HEAVY
    assert "msgspec" in loaded


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]])
def test_asking_for_help_loads_click_and_nothing_heavier(arguments: list[str]) -> None:
    code = f"""
import sys
sys.argv = ["prismic-ssg", *{arguments}]
from prismic_ssg.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
"""
    others = loaded_by(code) - loaded_by("") - set(sys.stdlib_module_names)
    assert others == {"click", "prismic_ssg"}

"""What a server sees of a configuration that is edited while it runs."""

import os
from pathlib import Path

from prismic_ssg.store.configuration import load_site

# Folders whose time of change says nothing, as where two changes come in one tick of the clock.
SOME_TIME = (1_700_000_000, 1_700_000_000)


def write(folder: Path, **modules: str) -> None:
    for name, text in modules.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        os.utime(file.parent, SOME_TIME)


def test_a_module_that_has_just_come_is_found(tmp_path: Path) -> None:
    site = "from prismic_ssg import Site\nfrom {} import LANG\nsite = Site(lang=LANG)\n"
    write(tmp_path, prismicio=site.format("first"), first="LANG = 'fr-fr'\n")
    assert load_site(tmp_path).lang == "fr-fr"
    write(tmp_path, prismicio=site.format("second"), second="LANG = 'de-de'\n")
    assert load_site(tmp_path).lang == "de-de"
    write(tmp_path, prismicio=site.format("parts.one"), parts__one="LANG = 'it-it'\n")
    assert load_site(tmp_path).lang == "it-it"
    write(tmp_path, prismicio=site.format("parts.two"), parts__two="LANG = 'es-es'\n")
    assert load_site(tmp_path).lang == "es-es"


def test_a_module_that_was_edited_is_read_again(tmp_path: Path) -> None:
    site = "from prismic_ssg import Site\nfrom own import LANG\nsite = Site(lang=LANG)\n"
    write(tmp_path, prismicio=site, own="LANG = 'fr-fr'\n")
    assert load_site(tmp_path).lang == "fr-fr"
    write(tmp_path, own="LANG = 'de-de'\n")
    assert load_site(tmp_path).lang == "de-de"

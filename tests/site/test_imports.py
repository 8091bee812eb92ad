"""What an imported template reads is read for every page that imports it."""

from __future__ import annotations

import json

import pytest
from image_server import image_server

IMPORTS = [
    '{% import "parts.html" as parts %}{{ parts.greeting() }}',
    '{% import "parts.html" as parts without context %}{{ parts.greeting() }}',
    '{% from "parts.html" import greeting %}{{ greeting() }}',
    '{% from "between.html" import greeting %}{{ greeting() }}',
    '{% include "shown.html" without context %}',
]


@pytest.mark.parametrize("template", IMPORTS)
def test_it_is_in_the_language_of_each_page(site, template):
    built = site(f"""
    -- content/repository.json --
    {{"languages": [{{"id": "en-us", "name": "English"}}, {{"id": "fr-fr", "name": "French"}}]}}
    -- templates/parts.html --
    {{% set settings = site.get_single("settings") %}}
    {{% macro greeting() %}}{{{{ settings.data.greeting }}}}{{% endmacro %}}
    -- templates/between.html --
    {{% from "parts.html" import greeting as inner %}}
    {{% macro greeting() %}}{{{{ inner() }}}}{{% endmacro %}}
    -- templates/shown.html --
    {{% import "parts.html" as parts %}}{{{{ parts.greeting() }}}}
    -- templates/page.html --
    {template}
    -- content/a.json --
    {{"type": "page", "uid": "a"}}
    -- content/b.json --
    {{"type": "page", "uid": "b", "lang": "fr-fr"}}
    -- content/en.json --
    {{"type": "settings", "data": {{"greeting": "Hello"}}}}
    -- content/fr.json --
    {{"type": "settings", "lang": "fr-fr", "data": {{"greeting": "Bonjour"}}}}
    """)
    assert (built.text("/a"), built.text("/fr-fr/b")) == ("Hello", "Bonjour")


def test_its_images_are_files_of_the_site_on_every_page(site):
    with image_server() as host:
        logo = {"url": f"{host.url}/logo.png", "dimensions": {"width": 1, "height": 1}}
        built = site(f"""
        -- prismicio.py --
        from prismic_ssg import Site
        site = Site(repository="./content", images="download")
        -- templates/parts.html --
        {{% set settings = site.get_single("settings") %}}
        {{% macro greeting() %}}{{{{ settings.data.logo.url }}}}{{% endmacro %}}
        -- templates/page.html --
        {IMPORTS[0]}
        -- content/s.json --
        {json.dumps({"type": "settings", "data": {"logo": logo}})}
        -- content/a.json --
        {{"type": "page", "uid": "a"}}
        -- content/b.json --
        {{"type": "page", "uid": "b"}}
        """)
        assert built.text("/a").startswith("/images/logo.")
        assert built.text("/a") == built.text("/b")

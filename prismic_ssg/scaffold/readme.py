"""What a new site says of itself to people and to git."""

from __future__ import annotations

GITIGNORE = """\
dist/
.prismic-ssg/
__pycache__/
.venv/
.env
report.json
"""

_README = """\
# Our site

Made with [prismic-ssg](https://pypi.org/project/prismic-ssg/) from {source}.

```console
python -m pip install -r requirements.txt
prismic-ssg build           # writes the site to dist/
prismic-ssg serve --watch   # shows it, and again after every change
prismic-ssg check           # says what is wrong with it
```

| | |
|---|---|
| `prismicio.py` | where the content is, and which page is at which address |
| `templates/` | a template for each type and slice; what is not there, the theme shows |
| `static/` | files that are published as they are; `site.css` has the colours |
| `pages/` | Markdown pages, where there are some |
{content}| `dist/` | the site, made anew by every build |
| `.prismic-ssg/` | what builds know from earlier ones; safe to delete, worth keeping in CI |

## Put it on the web

- **GitHub Pages**: in a repository there choose *Settings → Pages → Source: GitHub Actions*, then
  push this folder as its branch `main`. `.github/workflows/deploy.yml` builds on every push, every
  hour, and when it is told of a publish.
- **Netlify**: link the repository; `netlify.toml` says the rest. A build hook of Netlify's, given
  to Prismic as a webhook, publishes at once what editors publish.
- **Anywhere else**: `prismic-ssg build -o FOLDER --base-url https://www.example.org`
{private}"""

_PRIVATE = """
A repository whose API is private needs its access token in `PRISMIC_ACCESS_TOKEN`: here in the
environment, at a host among its secrets, never in a file.
"""


def readme(repository: str, *, is_local: bool) -> str:
    """The README of a site of this repository."""
    content = ""
    if is_local:
        content = f"| `{repository.removeprefix('./')}/` | the content: documents as JSON |\n"
        source = "the documents in this folder" if repository == "./content" else f"`{repository}`"
    else:
        source = f"the Prismic repository `{repository}`"
    return _README.format(source=source, content=content, private="" if is_local else _PRIVATE)

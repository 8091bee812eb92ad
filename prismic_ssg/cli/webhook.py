"""`prismic-ssg webhook send`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from prismic_ssg.cli.console import FAILED, OK, Console
from prismic_ssg.errors import PrismicSsgError


@click.group()
def command() -> None:
    """Send webhooks as Prismic does, to try what receives them."""


@command.command()
@click.argument("url")
@click.option("--ref", metavar="REF", help="The new master ref.  [default: a made-up one]")
@click.option("--document", "documents", metavar="ID", multiple=True, help="A changed document's.")
@click.option("--test", "is_trial", is_flag=True, help="As the button in Prismic's settings does.")
@click.option("-r", "--repo", "repository", metavar="NAME", help="The repository it comes from.")
@click.pass_obj
def send(
    console: Console,
    /,
    url: str,
    ref: str | None,
    documents: Sequence[str],
    is_trial: bool,
    repository: str | None,
) -> int:
    """Send a webhook to URL, and say how it was answered.

    The secret comes from PRISMIC_WEBHOOK_SECRET. Prismic takes any answer but 200 for a failure.
    """
    import secrets

    import msgspec

    from prismic_ssg.api.posts import post
    from prismic_ssg.api.retries import Retries
    from prismic_ssg.content.web_address import is_web_address
    from prismic_ssg.emulator.webhooks import Change, api_update, trial

    if not is_web_address(url):
        example = "http://localhost:8000/_prismic/webhook"
        raise click.UsageError(f"{url!r} is no address: give one such as {example}")
    name = repository or os.environ.get("PRISMIC_REPOSITORY_NAME") or "your-repository"
    secret = os.environ.get("PRISMIC_WEBHOOK_SECRET") or None
    api_url = f"https://{name}.prismic.io/api"
    if is_trial:
        body = trial(domain=name, api_url=api_url, secret=secret)
    else:
        change = Change(ref or secrets.token_urlsafe(12), tuple(documents))
        body = api_update(change, domain=name, api_url=api_url, secret=secret)
    if secret is None:
        console.note("PRISMIC_WEBHOOK_SECRET is not set: sent without a secret")
    headers = {"content-type": "application/json"}
    try:
        answer = post(url, msgspec.json.encode(body), headers, retries=Retries(give_up_after_s=0))
    except PrismicSsgError as error:
        console.problem("error", error)
        return FAILED
    said = answer.body.decode("utf-8", "replace").strip()[:200]
    console.result(f"answered with {answer.status}: {said}")
    return OK if answer.status == 200 else FAILED

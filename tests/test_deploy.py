"""What docs/deploy.md and the files for hosts say: every command exists, and every script does what
is said of it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from prismic_ssg import build as build_site
from prismic_ssg.cli import console, ending, group
from prismic_ssg.publishing.headers import headers_file

CHECKOUT = Path(__file__).parents[1]
EXAMPLE = CHECKOUT / "site.example"
GUIDE = CHECKOUT / "docs" / "deploy.md"
WORKFLOW = EXAMPLE / ".github" / "workflows" / "deploy.yml"
NETLIFY_FILES = (CHECKOUT / "netlify.toml", EXAMPLE / "netlify.toml")
WORKFLOWS = (WORKFLOW, *sorted((CHECKOUT / ".github" / "workflows").glob("*.yml")))
WITH_COMMANDS = (GUIDE, WORKFLOW, *NETLIFY_FILES)

HASHED = "Cache-Control: public, max-age=31536000, immutable"


def netlify(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def in_node(node: str, script: str) -> Any:
    """What a script of node prints, as JSON."""
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("file", WITH_COMMANDS, ids=lambda file: file.name)
def test_every_build_command_has_only_flags_that_exist(file: Path) -> None:
    build = group.get_command(click.Context(group), "build")
    assert build is not None
    known = {flag for each in (*group.params, *build.params) for flag in each.opts}
    commands = re.findall(
        r"prismic[-_]ssg((?: [^\n`|]*?)? build\b[^\n`|]*)", file.read_text("utf-8")
    )
    used = {
        flag for command in commands for flag in re.findall(r"(?<= )--?[a-zA-Z][\w-]*", command)
    }
    assert "--base-url" in used
    assert used <= known


def test_the_exit_codes_of_the_guide_are_those_of_the_command_line() -> None:
    codes = {
        int(code) for code in re.findall(r"^\| (\d+) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    }
    assert codes == {
        console.OK,
        console.FAILED,
        console.USAGE,
        console.NOTHING_TO_DO,
        console.UNREACHABLE,
        ending.TERMINAL_GONE,
        ending.INTERRUPTED,
        ending.TERMINATED,
    }


def test_a_burst_of_publishes_waits_for_the_deployment_under_way() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert workflow["concurrency"] == {"group": "pages", "cancel-in-progress": False}


def test_the_workflow_listens_to_the_event_that_the_relay_sends() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    # YAML 1.1 takes the key `on` for true.
    [event] = workflow[True]["repository_dispatch"]["types"]
    assert f"event_type: '{event}'" in GUIDE.read_text("utf-8")


# The first version of each that runs on Node 24: GitHub's runners have had no Node 20 since
# September 2026. Source: the actions' release notes; github.blog, "Deprecation of Node 20 on GitHub
# Actions runners".
ON_NODE_24 = {
    "actions/cache": 5,
    "actions/checkout": 5,
    "actions/configure-pages": 6,
    "actions/deploy-pages": 5,
    "actions/setup-node": 5,
    "actions/setup-python": 6,
    "actions/upload-artifact": 6,
    "actions/upload-pages-artifact": 5,
}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_workflows_use_actions_that_runners_still_run(file: Path) -> None:
    jobs = yaml.safe_load(file.read_text("utf-8"))["jobs"].values()
    used = [step["uses"].split("@v") for job in jobs for step in job["steps"] if "uses" in step]
    assert used
    assert {name for name, version in used if int(version) < ON_NODE_24[name]} == set()


@pytest.mark.slow
def test_the_workflow_hands_over_all_that_readers_may_have_and_no_more(tmp_path: Path) -> None:
    steps = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["build"]["steps"]
    [build] = [step["run"] for step in steps if step.get("name") == "Build"]
    [upload] = [step["with"] for step in steps if "upload-pages" in step.get("uses", "")]
    for name, text in {
        "prismicio.py": "from prismic_ssg import Site\nsite = Site(repository='./content')\n",
        "content/repository.json": "{}",
        "static/.well-known/security.txt": "contact",
        "bin/prismic-ssg": f'#!/bin/sh\nexec "{sys.executable}" -m prismic_ssg "$@"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "bin/prismic-ssg").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(CHECKOUT),
        "BASE_URL": "https://octocat.github.io/site",
    }
    # As a runner does.
    command = ["bash", "-e", "-c", build]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    published = tmp_path / upload["path"]
    hidden = {
        path.relative_to(published).as_posix()
        for path in published.rglob("*")
        if path.is_file() and "/." in f"/{path.relative_to(published).as_posix()}"
    }
    assert hidden == {".well-known/security.txt"}
    assert upload["include-hidden-files"] is True
    assert "https://octocat.github.io/site/" in (published / "robots.txt").read_text("utf-8")
    assert (tmp_path / "report.json").is_file()


def test_both_netlify_files_set_the_same_headers() -> None:
    ours, theirs = (netlify(file)["headers"] for file in NETLIFY_FILES)
    assert ours == theirs


def test_the_content_security_policy_lets_a_site_use_what_is_its_own() -> None:
    [rule] = netlify(NETLIFY_FILES[0])["headers"]
    directives = rule["values"]["Content-Security-Policy"].split("; ")
    sources = {each.split()[0]: each.split()[1:] for each in directives}
    without = {name for name, allowed in sources.items() if "'self'" not in allowed}
    assert without == {"object-src"}


@pytest.mark.parametrize("file", NETLIFY_FILES, ids=lambda file: file.parent.name)
def test_netlify_runs_a_plugin_that_is_there(file: Path) -> None:
    [plugin] = netlify(file)["plugins"]
    assert (file.parent / plugin["package"] / "manifest.yml").is_file()


@pytest.mark.parametrize("file", NETLIFY_FILES, ids=lambda file: file.parent.name)
def test_only_production_has_the_address_of_the_site(file: Path) -> None:
    settings = netlify(file)
    assert '"$URL"' in settings["build"]["command"]
    others = [context["command"] for context in settings["context"].values()]
    assert others
    assert all('"$DEPLOY_PRIME_URL"' in command for command in others)


def after_netlify_build(node: str, folder: Path) -> Any:
    """The calls that the build plugin makes of Netlify's cache, in order."""
    plugin = EXAMPLE / "netlify" / "prismic-ssg" / "index.js"
    return in_node(
        node,
        f"""
        import {{ createRequire }} from 'node:module'
        const plugin = createRequire(import.meta.url)({json.dumps(str(plugin))})
        const calls = []
        const cache = {{
          restore: async (path) => calls.push(['restore', path]),
          save: async (path) => calls.push(['save', path]),
        }}
        const constants = {{ PUBLISH_DIR: {json.dumps(str(folder))} }}
        const given = {{ constants, inputs: {{ folder: '.prismic-ssg' }}, utils: {{ cache }} }}
        await plugin.onPreBuild(given)
        await plugin.onPostBuild(given)
        console.log(JSON.stringify(calls))
        """,
    )


@pytest.mark.slow
def test_netlify_keeps_the_folder_of_state_between_builds(node: str, tmp_path: Path) -> None:
    calls = after_netlify_build(node, tmp_path)
    assert calls == [["restore", ".prismic-ssg"], ["save", ".prismic-ssg"]]


@pytest.mark.slow
def test_netlify_lets_browsers_keep_exactly_what_has_its_content_hash_in_its_name(
    node: str, tmp_path: Path
) -> None:
    (tmp_path / "css").mkdir()
    for name in (
        "css/site.0123abcd.css",
        "css/site.css",
        "index.html",
        "licence.89abcdef",
        "a.min.js",
        "été.00000000.svg",
        "version-12345678.txt",
        "report.20260131.pdf",
        "minutes.19991231",
        "two words.0123abcd.css",
        ":all.0123abcd.js",
    ):
        (tmp_path / name).write_text("x")
    after_netlify_build(node, tmp_path)
    assert (tmp_path / "_headers").read_text("utf-8").splitlines() == [
        "/%3Aall.0123abcd.js",
        f"  {HASHED}",
        "/css/site.0123abcd.css",
        f"  {HASHED}",
        "/licence.89abcdef",
        f"  {HASHED}",
        "/two%20words.0123abcd.css",
        f"  {HASHED}",
        "/%C3%A9t%C3%A9.00000000.svg",
        f"  {HASHED}",
    ]


@pytest.mark.slow
def test_netlify_adds_to_the_headers_of_the_site(node: str, tmp_path: Path) -> None:
    (tmp_path / "_headers").write_text("/*\n  X-Own: yes\n")
    (tmp_path / "a.0123abcd.css").write_text("x")
    after_netlify_build(node, tmp_path)
    headers = (tmp_path / "_headers").read_text("utf-8")
    assert headers == f"/*\n  X-Own: yes\n/a.0123abcd.css\n  {HASHED}\n"


@pytest.mark.slow
def test_netlify_says_nothing_twice_of_what_the_build_has_named(node: str, tmp_path: Path) -> None:
    names = ["a:b.0123abcd.css", "été [1].0123abcd.css", "100%.0123abcd.css"]
    for name in names:
        (tmp_path / name).write_text("x")
    listed = headers_file(names, "", "")
    (tmp_path / "_headers").write_text(listed, "utf-8")
    after_netlify_build(node, tmp_path)
    assert (tmp_path / "_headers").read_text("utf-8") == listed


@pytest.mark.slow
def test_netlify_loads_its_plugin_in_a_site_whose_scripts_are_modules(
    node: str, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLE / "netlify", tmp_path / "netlify")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    plugin = tmp_path / "netlify" / "prismic-ssg" / "index.js"
    script = f"""
        const plugin = (await import({json.dumps(plugin.as_uri())})).default
        console.log(JSON.stringify(Object.keys(plugin)))
        """
    assert in_node(node, script) == ["onPreBuild", "onPostBuild"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("flock"), reason="flock is not installed")
@pytest.mark.parametrize("secret", [None, "t0ken"], ids=["public", "private"])
def test_the_cron_job_builds_with_a_token_and_without(tmp_path: Path, secret: str | None) -> None:
    [command] = re.findall(r"^\*/5 \* \* \* \* (.+)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    program = tmp_path / ".venv" / "bin" / "prismic-ssg"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$PRISMIC_ACCESS_TOKEN" "$@"\n')
    program.chmod(0o755)
    if secret:
        (tmp_path / ".env").write_text(f"export PRISMIC_ACCESS_TOKEN={secret}\n")
    assert "cd /srv/site " in command
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("/srv/site ", f"{tmp_path} ")],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )
    token, options = done.stdout.split(" ", 1)
    assert token == (secret or "")
    assert options.startswith("-q build -o /srv/www/site --base-url https://www.example.org ")


def relayed(node: str, body: str, *, secret: str, github: int = 204) -> Any:
    """What the relay of the guide answers to a webhook, and what it sends to GitHub."""
    [worker] = re.findall(r"```js\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return in_node(
        node,
        f"""
        import {{ webcrypto }} from 'node:crypto'
        globalThis.crypto ??= webcrypto
        const sent = []
        globalThis.fetch = async (url, {{ body }}) => {{
          sent.push({{ url, body: JSON.parse(body) }})
          return new Response(null, {{ status: {github} }})
        }}
        {worker.replace("export default", "const worker =")}
        const request = new Request('https://relay.example', {{ method: 'POST', body: {body!r} }})
        const env = {{
          WEBHOOK_SECRET: {json.dumps(secret)}, GITHUB_TOKEN: 't', REPOSITORY: 'octocat/site',
        }}
        const answer = await worker.fetch(request, env)
        console.log(JSON.stringify({{ status: answer.status, sent }}))
        """,
    )


@pytest.mark.slow
def test_the_relay_turns_a_webhook_into_a_dispatch_and_answers_200(node: str) -> None:
    assert relayed(node, '{"type": "api-update", "secret": "s3cret"}', secret="s3cret") == {
        "status": 200,
        "sent": [
            {
                "url": "https://api.github.com/repos/octocat/site/dispatches",
                "body": {"event_type": "prismic-publish"},
            }
        ],
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "secret"),
    [
        ('{"secret": "guess"}', "s3cret"),
        ('{"secret": null}', "s3cret"),
        ("{}", "s3cret"),
        ("null", "s3cret"),
        ("not json", "s3cret"),
        ('{"secret": ""}', ""),
        ("{}", ""),
    ],
)
def test_the_relay_refuses_who_does_not_know_the_secret(node: str, body: str, secret: str) -> None:
    assert relayed(node, body, secret=secret) == {"status": 403, "sent": []}


@pytest.mark.slow
def test_the_relay_has_prismic_try_again_when_github_does_not_take_it(node: str) -> None:
    assert relayed(node, '{"secret": "s"}', secret="s", github=401)["status"] == 502


def test_a_template_can_give_headers_to_files_with_a_content_hash(tmp_path: Path) -> None:
    [template] = re.findall(r"```text\n(\{\{ asset.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    for name, text in {
        "prismicio.py": "from prismic_ssg import Site\nsite = Site(repository='./content')\n",
        "content/repository.json": "{}",
        "static/css/site.css": "body {}",
        "templates/pages/_headers": template,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    build_site(tmp_path, environment={})
    written = (tmp_path / "dist" / "_headers").read_text("utf-8")
    assert re.fullmatch(rf"/css/site\.[0-9a-f]{{8}}\.css\n  {re.escape(HASHED)}\n?", written)

"""Examples at the end of the help of every command."""

from __future__ import annotations

# Command → what to type after `prismic-ssg`, and what that does.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "build": (
        ("build", "the site that prismicio.py describes, to dist/"),
        ("build -r my-repo --strict", "of another repository; warnings fail it"),
        ("build --release Spring -o spring", "as it will be with a release"),
        ("build --report -", "what was done, as JSON"),
    ),
    "check": (
        ("check", "everything that is wrong, with what to do"),
        ("check --strict --format github", "in a workflow of GitHub's"),
        ("check --changed", "3 where there is nothing new to build"),
    ),
    "completion": (
        ('eval "$(prismic-ssg completion bash)"', "for this shell"),
        ("completion zsh >> ~/.zshrc", "for every shell to come"),
        ("completion fish | source", "for a shell that is fish"),
    ),
    "doctor": (
        ("doctor", "what builds need, and whether it is there"),
        ("doctor -r my-repo", "about another repository"),
        ("doctor --json", "the same for programs"),
    ),
    "emulate": (
        ("emulate", "the Content API of ./content, on port 9100"),
        ("emulate ../backup -p 0", "of another folder, on any free port"),
        ("emulate --access private --token S", "only for those who have the token"),
    ),
    "explain": (("explain /blog/spring/", "what that page read, and why it was rendered"),),
    "init": (
        ("init my-site", "a small site with content of its own"),
        ("init my-site -r my-repo", "routes and templates for a repository's types"),
        ("init .", "here, for the repository of prismic.config.json"),
    ),
    "pull": (
        ("pull -r my-repo", "every document, to content/"),
        ("pull --to backup --assets", "with images and files, to backup/"),
        ("pull --release Spring", "with what a release changes beside it"),
    ),
    "query": (
        ("query 'at(document.type, \"page\")'", "all pages"),
        ("query --order 'my.post.date desc' --fields date", "by a field, which is shown"),
        ("query --lang '*' --json", "documents as JSON, one a line"),
        ("query 'fulltext(document, \"tea\")' --url", "what would be asked of the API"),
    ),
    "redirects": (
        ("redirects", "where old addresses lead"),
        ("redirects --save", "to redirects.json, which belongs in git"),
    ),
    "serve": (
        ("serve --watch", "the site, built and shown again after every change"),
        ("serve --watch --open -p 3000", "in a browser, on another port"),
        ("serve --watch --poll 60", "looking for publishes once a minute"),
    ),
    "slices": (
        ("slices", "where each slice is used, and what shows it"),
        ("slices --stubs", "a template for each that has none"),
    ),
    "types": (
        ("types", "prismic_types.py, for mypy"),
        ("types --check", "in CI: whether it is what the models say"),
        ("types -o src/content.py", "to another file"),
    ),
    "webhook": (("webhook send http://localhost:8000/_prismic/webhook", "as Prismic would"),),
}


def epilog(command: str) -> str:
    """The examples of a command as the end of its help, laid out as they stand here."""
    rows = [(_whole(typed), says) for typed, says in EXAMPLES.get(command, ())]
    width = max((len(typed) for typed, _ in rows), default=0)
    lines = [f"  {typed.ljust(width)}  {says}".rstrip() for typed, says in rows]
    # \b lets click keep the lines as they are.
    return "\n".join(["\b", "Examples:", *lines]) if lines else ""


def _whole(typed: str) -> str:
    return typed if typed.startswith("eval ") else f"prismic-ssg {typed}"

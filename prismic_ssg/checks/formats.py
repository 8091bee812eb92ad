"""Findings for machines: as JSON, and as commands of GitHub's workflows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from prismic_ssg.api.endpoints import editor_url
from prismic_ssg.checks.findings import KINDS, PAGES_NAMED, Finding, Severity, counts

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def edited_at(finding: Finding, hosted_as: str | None) -> str | None:
    """Where the document of a finding is edited; None for a repository that is not Prismic's."""
    document = finding.where.document
    if hosted_as is None or document is None:
        return None
    return editor_url(hosted_as, document.id)


def as_json(head: Mapping[str, Any], findings: Iterable[Finding], hosted_as: str | None) -> str:
    """`head` and then the findings, as docs/checks.md describes them."""
    findings = tuple(findings)
    members = {
        **head,
        "counts": {str(severity): count for severity, count in counts(findings).items()},
        "findings": [_members(each, hosted_as) for each in findings],
    }
    return json.dumps(members, ensure_ascii=False, indent=2) + "\n"


def _members(finding: Finding, hosted_as: str | None) -> dict[str, Any]:
    where, document = finding.where, finding.where.document
    members = {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
        "occurrences": finding.occurrences,
        "page": where.page,
        "pages": list(finding.pages[:PAGES_NAMED]) or None,
        "document": document.id if document else None,
        "type": document.type if document else None,
        "uid": document.uid if document else None,
        "lang": document.lang if document else None,
        "field": where.field,
        "file": where.file,
        "line": where.line,
        "source": where.source,
        "source_line": where.source_line,
        "editor": edited_at(finding, hosted_as),
    }
    return {name: value for name, value in members.items() if value is not None}


def as_github(findings: Iterable[Finding], hosted_as: str | None) -> str:
    """A command a finding, which GitHub shows beside the file that it names.

    Source: GitHub, "Workflow commands for GitHub Actions".
    """
    return "".join(f"{_command(each, hosted_as)}\n" for each in findings)


def _command(finding: Finding, hosted_as: str | None) -> str:
    where = finding.where
    file, line = (where.source, where.source_line) if where.source else (where.file, where.line)
    properties = {"file": file, "line": line, "title": KINDS[finding.code].title}
    written = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    lines = [finding.message, place_of(finding), finding.hint, edited_at(finding, hosted_as)]
    text = "\n".join(each for each in lines if each)
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(text)}"


def place_of(finding: Finding) -> str:
    """Where a finding is, in words: the page, the document and its field, the file."""
    where, document = finding.where, finding.where.document
    parts = []
    if where.field:
        parts.append(f"field {where.field}")
    if document is not None:
        name = f"{document.type} {document.uid or document.id!r} ({document.lang})"
        parts.append(name if not document.uid else f"{name} {document.id}")
    if where.page:
        parts.append(f"on {where.page}")
    if where.file:
        parts.append(f"{where.file}:{where.line}" if where.line else where.file)
    if where.source and where.source != where.file:
        line = f":{where.source_line}" if where.source_line else ""
        parts.append(f"from {where.source}{line}")
    return ", ".join(parts)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

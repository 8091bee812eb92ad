"""Every text that a client of the emulator can see. Source: captured answers of the real API."""

from __future__ import annotations

REF_MISSING = "ref is required to query the API"
REF_NOT_FOUND = (
    "Ref not found. Ensure you have the correct ref and try again. Master ref is: {master}"
)
NOT_FOUND = "Not found"
NOT_A_NUMBER = "{name} must be a number, was {given!r}"
ORDERINGS = "unreadable orderings: {error}"
NOT_YET = "{name} is not answered by a local repository yet"

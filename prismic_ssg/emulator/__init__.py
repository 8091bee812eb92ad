"""A Content API over a folder of documents.

Imports content/ and store/ only: it must not share a mistake with the client that it tests.
"""

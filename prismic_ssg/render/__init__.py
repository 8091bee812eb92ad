"""Jinja and markdown-it. CPU only: the text of templates arrives as a mapping."""

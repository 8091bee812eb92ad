"""Prismic as values. No module here may read a clock, a disk, a network or the environment."""

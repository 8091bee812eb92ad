"""The disk: the only importer of sqlite3, the only opener of files, the only writer of output."""

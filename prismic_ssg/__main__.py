"""`python -m prismic_ssg`, and where the program `prismic-ssg` begins."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line. Ctrl-C is heeded also while what it needs is loaded."""
    try:
        from prismic_ssg.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(_INTERRUPTED)
    run()


if __name__ == "__main__":
    main()

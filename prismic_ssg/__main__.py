"""`python -m prismic_ssg`."""

from prismic_ssg.cli import main

if __name__ == "__main__":
    main()

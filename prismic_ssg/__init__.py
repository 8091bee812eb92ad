"""A static site generator and content-sync pipeline for the Prismic headless CMS."""

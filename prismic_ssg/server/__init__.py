"""`prismic-ssg serve`: the output over HTTP, rebuilt when something changes."""

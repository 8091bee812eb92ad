"""What to build and why. Pure: knows content/, neither Jinja nor SQL."""

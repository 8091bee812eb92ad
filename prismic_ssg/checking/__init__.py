"""What `check` is made of: reading the output, asking other hosts."""

"""What `build` is made of: the key, the pages, the workers, the memory of the last time."""

"""Files beside the pages of a site: redirects and headers for hosts, the search index."""

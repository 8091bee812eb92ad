"""The network: the only importer of httpx and stamina."""

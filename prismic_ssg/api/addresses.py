"""IP addresses: which of them everybody can reach. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# An IPv4 address is in the last bits, to which a gateway leads. Source: RFC 6052.
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_global(address: str) -> bool:
    """Whether an IP address, whatever zone it names, is one that everybody can reach. Raises
    ValueError for what is none."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _TRANSLATED:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        return (inner or found).is_global
    return found.is_global

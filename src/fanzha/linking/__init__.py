"""Shared traces -> linked cases, series, gangs, dens; every link with its evidence, for a person to confirm.

>>> import polars as pl
>>> traces = pl.DataFrame({"subject": ["C1", "C2", "C2"], "kind": ["domain", "domain", "phone"], "value": ["a-b.top", "A-B.top", "96110"]})
>>> known = clean(traces)
>>> known.excluded["reason"].to_list()
['service_numbers']
>>> link(known.kept).links.select("a", "b", "strength").rows()
[('C1', 'C2', 0.8)]
"""

from fanzha.linking.index import TraceIndex, links_of
from fanzha.linking.links import Links, link, sentences
from fanzha.linking.networks import Networks, find_networks, networks, read_found
from fanzha.linking.scripts import similar_scripts
from fanzha.linking.series import propose_series
from fanzha.linking.signatures import likeness, same_script, signature
from fanzha.linking.strengths import EXCLUSIONS, KINDS, TraceKind
from fanzha.linking.traces import TRACES, Cleaned, clean, site_of

__all__ = [
    "EXCLUSIONS",
    "KINDS",
    "TRACES",
    "Cleaned",
    "Links",
    "Networks",
    "TraceIndex",
    "TraceKind",
    "clean",
    "find_networks",
    "likeness",
    "link",
    "links_of",
    "networks",
    "propose_series",
    "read_found",
    "same_script",
    "sentences",
    "signature",
    "similar_scripts",
    "site_of",
]

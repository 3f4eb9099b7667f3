"""fanzha (反诈): the open anti-fraud centre.

The library half takes tables and returns tables; `fanzha.centre` is the Django project that people work in.
"""

__version__ = "0.1.0"

"""Time limits as dated parameters -> instants.

>>> from datetime import UTC, datetime
>>> from fanzha.deadlines import deadline
>>> deadline("order.first_call", 2, datetime(2026, 3, 2, 4, 0, tzinfo=UTC))
datetime.datetime(2026, 3, 2, 4, 15, tzinfo=datetime.timezone.utc)
"""

from fanzha.deadlines.clocks import Limit, count, days_of, deadline, due, duration, limits, times
from fanzha.deadlines.working_days import years_without_holidays

__all__ = ["Limit", "count", "days_of", "deadline", "due", "duration", "limits", "times", "years_without_holidays"]

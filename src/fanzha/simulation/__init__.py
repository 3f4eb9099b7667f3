"""A simulated city with ground truth: synthetic people, synthetic numbers, nobody real.

>>> from datetime import date
>>> city = City(people=300, seed=1, start=date(2026, 3, 2), inflation=200)
>>> sorted(city.registers())
['accounts', 'listed', 'numbers', 'people']
>>> city.day(0).tables["payments"].columns[:3]
['payment_id', 'paid_at', 'payer']
"""

from fanzha.simulation.city import LURED_TO_THE_END_PAY, City, Day
from fanzha.simulation.message_texts import FRAUD_CLASSES, message_corpus
from fanzha.simulation.plans import Plan
from fanzha.simulation.writing import DEFAULT_INFLATION, simulate

__all__ = [
    "DEFAULT_INFLATION",
    "FRAUD_CLASSES",
    "LURED_TO_THE_END_PAY",
    "City",
    "Day",
    "Plan",
    "message_corpus",
    "simulate",
]

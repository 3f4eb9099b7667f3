"""The live feed of orders: a page is sent the rows of its user's queue, and of others only that they are gone."""

from __future__ import annotations

from collections.abc import Callable

from fanzha.centre import clock
from fanzha.centre.dissuasion import queries, states
from fanzha.centre.feeds import Feed, News, in_each_language


def _read(after: int) -> list[News]:
    lines = queries.lines(queries.changed_after(after), clock.now())
    return [
        News(
            one.order.changed,
            one.order.order_id,
            (one.order.owner_id, one.order.unit, one.order.state),
            in_each_language("dissuasion/line.html", {"line": one}),
        )
        for one in lines
    ]


FEED = Feed("order", _read, queries.last_change)


def wanted_by(user_id: int, unit: str) -> Callable[[News], bool]:
    """Whether an order belongs into a user's queue: the same rule as queries.queue."""

    def wanted(news: News) -> bool:
        owner, its_unit, state = news.about
        mine = owner == user_id and state in (*states.WAITING, *states.WORKED)
        return mine or (owner is None and state in states.WAITING and its_unit == unit)

    return wanted

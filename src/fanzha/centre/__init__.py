"""The centre: people, queues, deadlines, decisions, pages and audit, on top of the library."""

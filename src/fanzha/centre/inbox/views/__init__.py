"""Pages of the inbox; a page calls a query or an action, never the database."""

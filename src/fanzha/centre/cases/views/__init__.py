"""The pages of cases; a page calls a query or an action, never the database."""

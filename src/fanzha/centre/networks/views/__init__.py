"""The pages of networks; a page calls a query or an action, never the database."""

"""The pages of suspects and of co-operation; a page calls a query or an action, never the database."""

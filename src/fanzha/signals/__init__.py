"""What comes in: the tables, their readers and writers, the quarantine, the durable log, the Parquet lake."""

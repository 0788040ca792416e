"""The operations of the store in SQL that SQLite and PostgreSQL both accept."""

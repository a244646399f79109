"""A tool graph for people and programs: as a table, as JSON, as a picture."""

"""Load what the Census Bureau has published since the report into the raw store, which a build reads."""

"""Ways out of the project for the data, one module each (Spark has two). None imports another."""

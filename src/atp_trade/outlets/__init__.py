"""Ways out of the project for the data, a module each (Spark has two): none imports another."""

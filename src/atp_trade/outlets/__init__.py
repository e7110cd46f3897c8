"""Ways out of the published file, each with a module and, but for `export`, needs of its own: none imports another."""

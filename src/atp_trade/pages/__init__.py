"""What is written to be read: the Markdown pages of `docs/`, and in `web` the page of figures and tables."""

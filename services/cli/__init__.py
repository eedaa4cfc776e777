"""The command line: puts the four services together and works with them."""

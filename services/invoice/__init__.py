"""Takes in declaraties (JW323), follows every prestatie to its verdict, answers with a JW325."""

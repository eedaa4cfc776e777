"""The four services, what they share (`platform`) and the command line (`cli`)."""

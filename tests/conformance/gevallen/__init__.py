"""All cases, a module per subject."""

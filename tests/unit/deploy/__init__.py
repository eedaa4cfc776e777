"""What deploys Happyflow, held against the schemas of those who read it and against the product, without a cluster."""

"""Messages of the standard at the border of a service: reading, keeping, answering, the postbus."""

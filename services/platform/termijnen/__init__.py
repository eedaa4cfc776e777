"""Terms as every service with messages shows, counts and reports them; ``ijw.termijnen`` says how long they are."""

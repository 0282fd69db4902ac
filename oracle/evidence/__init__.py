"""Evidence: one file by which a stranger checks quotations without us, without a network and without our database."""

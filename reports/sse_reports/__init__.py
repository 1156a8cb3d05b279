"""Results of a run and their faces: JSON, terminal, JUnit XML, HTML. Everything here is made from the result alone."""

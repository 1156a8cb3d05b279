"""Random programs, for what only shows in combination: a state machine that draws from the model alone."""

"""Real AWS as a target: it keeps to what it made, says what it costs, waits for what AWS does later, and tidies up."""

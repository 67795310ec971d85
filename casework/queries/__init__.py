"""The questions: they read within reach, in a bounded number of statements, and write nothing."""

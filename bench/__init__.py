"""The measurements: each of our figures beside the least that the same work can cost."""

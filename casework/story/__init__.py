"""The main job, played through the real doors by real processes, and the processes themselves."""

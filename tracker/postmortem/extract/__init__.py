"""Pass 5: one file per thing that is read from the sections."""

"""What `make bench` runs: figures as ratios, measured in one run."""

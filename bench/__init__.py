"""Benchmarks of kefu, run by `bin/bench`."""

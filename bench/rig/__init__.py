"""What the benchmarks stand on: servers, a company to chat with, and the load."""

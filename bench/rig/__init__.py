"""Shared parts of the benchmarks: servers, a company to chat with, load generator."""

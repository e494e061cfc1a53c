"""This project and stock stacks over the same articles, weights and queries; see docs/benchmark.md."""

"""Metrics: pure functions from what was answered and what is right to figures, one file for each kind.

Each takes one question and gives figures from 0 to 1 (latencies: milliseconds), or None where the question has no such
figure; means and their intervals are made by `eval.significance`.
"""

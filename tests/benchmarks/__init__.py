"""Benchmarks: `make bench [NAME=…]`. Each module has a `main()` that prints one JSON object per figure."""

"""JavaScript's benchmarks: node is the peer."""

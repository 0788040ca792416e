"""Data that outlives the process: sessions, the ledger, sweeps."""

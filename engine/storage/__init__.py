"""What outlives the process: sessions, the ledger, sweeps."""

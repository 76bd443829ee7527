"""The faults of a payment provider, beside those of any connection (``fault_injection``)."""

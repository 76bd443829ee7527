"""What every provider's sandbox shares: messages, journal, faults, clock, identifiers."""
